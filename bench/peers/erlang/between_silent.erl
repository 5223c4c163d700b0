%% What do others' round trips cost, when one of several nodes that get messages has stopped?
-module(between_silent).
-export([run/1, rally/3]).

run([Milliseconds]) ->
    {_, Sink, OsPid} = between_server:connect(between:server(0)),
    Echoes = [element(1, between_server:connect(between:server(N))) || N <- [1, 2, 3]],
    all(Echoes, Milliseconds div 10),
    io:format("begin~n"),
    Before = all(Echoes, Milliseconds),
    os:cmd("kill -STOP " ++ OsPid),
    spawn(between, flooder, [self(), Sink, 256]),
    Beside = all(Echoes, Milliseconds),
    os:cmd("kill -CONT " ++ OsPid),
    io:format("end~n"),
    between:report_latency("others' round trips, all alive", Before),
    between:report_latency("others' round trips, one stopped", Beside).

all(Echoes, Milliseconds) ->
    [spawn_link(?MODULE, rally, [self(), Echo, Milliseconds]) || Echo <- Echoes],
    lists:append([receive {times, Times} -> Times end || _ <- Echoes]).

rally(Asker, Echo, Milliseconds) -> Asker ! {times, between:rally_for(Echo, Milliseconds)}.
