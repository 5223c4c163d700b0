%% How many messages a second does one process send another: one way, and to and fro?
-module(one_to_one).
-export([run/1, sink/2, echo/0]).

run([Count]) ->
    bench:rate("one way, messages", Count, fun one_way/1),
    bench:rate("to and fro, round trips", Count, fun to_and_fro/1).

one_way(N) ->
    Sink = spawn(?MODULE, sink, [N, self()]),
    flood(N, Sink),
    receive done -> ok end.

flood(0, _) -> ok;
flood(N, To) -> To ! {drop, N}, flood(N - 1, To).

sink(0, Asker) -> Asker ! done;
sink(N, Asker) -> receive {drop, _} -> sink(N - 1, Asker) end.

to_and_fro(N) ->
    Echo = spawn(?MODULE, echo, []),
    rally(N, Echo),
    Echo ! stop.

rally(0, _) -> ok;
rally(N, Echo) ->
    Echo ! {self(), N},
    receive N -> rally(N - 1, Echo) end.

echo() ->
    receive
        {From, N} -> From ! N, echo();
        stop -> ok
    end.
