%% What do others' round trips cost, when one of several nodes that get messages has stopped?
-module(between_silent).
-export([run/1, rally/3]).

run([Count]) ->
    {_, Sink, OsPid} = between_server:connect(between:server(0)),
    Echoes = [element(1, between_server:connect(between:server(N))) || N <- [1, 2, 3]],
    all(Echoes, Count div 10 + 1),
    io:format("begin~n"),
    Before = all(Echoes, Count),
    os:cmd("kill -STOP " ++ OsPid),
    spawn(between, flooder, [self(), Sink, 256]),
    Beside = all(Echoes, Count),
    os:cmd("kill -CONT " ++ OsPid),
    io:format("end~n"),
    between:report_latency("others' round trips, all alive", Before),
    between:report_latency("others' round trips, one stopped", Beside).

all(Echoes, Count) ->
    [spawn_link(?MODULE, rally, [self(), Echo, Count]) || Echo <- Echoes],
    lists:append([receive {times, Times} -> Times end || _ <- Echoes]).

rally(Asker, Echo, Count) -> Asker ! {times, between:rally(Echo, Count, 1)}.
