%% How long does a round trip to a process of another node take, and how many a second with many in flight?
%% The nodes are connected directly, as Erlang's are.
-module(between_round_trip).
-export([run/1]).

run([Count, InFlight]) ->
    {Echo, _, _} = between_server:connect(between:server(0)),
    between:rally(Echo, Count div 10 + 1, InFlight),
    Self = self(),
    Took = between:measured(fun() -> Self ! {times, between:rally(Echo, Count, InFlight)} end),
    receive
        {times, []} ->
            io:format("{\"what\":\"round trips, ~b in flight\",\"value\":~.1f,\"unit\":\"1/s\",\"messages\":~b}~n",
                      [InFlight, Count / Took, 2 * Count]);
        {times, Times} -> between:report_latency("strict round trip", Times)
    end.
