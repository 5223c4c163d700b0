%% How many messages a second, or megabytes, does one process send one of another node?
-module(between_one_way).
-export([run/1]).

run([Count, Bytes]) ->
    {_, Sink, _} = between_server:connect(between:server(0)),
    Load = binary:copy(<<"x">>, Bytes),
    flood(Sink, Load, Count div 10 + 1),
    Took = between:measured(fun() -> flood(Sink, Load, Count) end),
    What = io_lib:format("one way, ~b B", [Bytes]),
    if
        Bytes < 1024 ->
            io:format("{\"what\":\"~s\",\"value\":~.1f,\"unit\":\"1/s\",\"messages\":~b}~n", [What, Count / Took, Count]);
        true -> bench:report(What, Count * Bytes / Took / 1.0e6, "MB/s")
    end.

flood(Sink, Load, Count) ->
    Sink ! {expect, self(), Count, 0},
    send(Sink, Load, Count),
    receive done -> ok end.

send(_, _, 0) -> ok;
send(Sink, Load, Left) -> Sink ! {load, Load}, send(Sink, Load, Left - 1).
