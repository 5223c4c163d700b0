%% How long does a small round trip to another node take, while others flood that node with messages?
-module(between_flood).
-export([run/1]).

run([Milliseconds, Bytes]) ->
    {Echo, Sink, _} = between_server:connect(between:server(0)),
    Began = erlang:monotonic_time(millisecond),
    Flooder = between:start_flood(Sink, Bytes),
    between:rally_for(Echo, Milliseconds div 10),
    Self = self(),
    between:measured(fun() -> Self ! {times, between:rally_for(Echo, Milliseconds)} end),
    Took = erlang:monotonic_time(millisecond) - Began,
    Flooded = between:stop_flood(Flooder),
    What = io_lib:format("ping beside a flood of ~b B", [Bytes]),
    receive {times, Times} -> between:report_latency(What, Times) end,
    bench:report(What ++ ": the flood", Flooded / Took / 1000, "MB/s").
