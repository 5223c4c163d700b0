%% What the benchmarks between nodes share: pings, the flood, and how they are reported.
-module(between).
-export([server/1, measured/1, rally/3, rally_for/2, report_latency/2, start_flood/2, stop_flood/1, flooder/3]).

server(Number) -> list_to_atom("s" ++ integer_to_list(Number) ++ "@127.0.0.1").

%% Seconds; "begin" and "end" around it are for whoever looks at the processor time of all processes.
measured(Run) ->
    io:format("begin~n"),
    Took = bench:seconds(Run),
    io:format("end~n"),
    Took.

%% Pings one server, so many at once. The times of each in nanoseconds, if there is one at a time.
rally(Echo, Count, 1) -> strict(Echo, Count, []);
rally(Echo, Count, InFlight) ->
    Now = min(InFlight, Count),
    send(Echo, Now),
    refill(Echo, Count - Now),
    bench:gather(Now, {pong, <<0:128>>}),
    [].

strict(_, 0, Times) -> Times;
strict(Echo, Left, Times) ->
    Began = erlang:monotonic_time(nanosecond),
    Echo ! {ping, self(), <<0:128>>},
    receive {pong, _} -> ok end,
    strict(Echo, Left - 1, [erlang:monotonic_time(nanosecond) - Began | Times]).

%% The same with one at a time, for so long.
rally_for(Echo, Milliseconds) -> rally_until(Echo, erlang:monotonic_time(millisecond) + Milliseconds, []).

rally_until(Echo, Until, Before) ->
    Times = strict(Echo, 20, Before),
    case erlang:monotonic_time(millisecond) < Until of
        true -> rally_until(Echo, Until, Times);
        false -> Times
    end.

send(_, 0) -> ok;
send(Echo, Left) -> Echo ! {ping, self(), <<0:128>>}, send(Echo, Left - 1).

refill(_, 0) -> ok;
refill(Echo, Left) ->
    receive {pong, _} -> Echo ! {ping, self(), <<0:128>>} end,
    refill(Echo, Left - 1).

report_latency(What, Times) ->
    Sorted = lists:sort(Times),
    At = fun(Share) -> lists:nth(1 + trunc(Share * (length(Sorted) - 1)), Sorted) / 1000 end,
    bench:report(What ++ ", p50", At(0.5), "us"),
    bench:report(What ++ ", p99", At(0.99), "us").

%% Sends as fast as the sink acknowledges, with about 4 MiB under way, but at least 4 messages and at most 10,000.
%% Returns when it is under way.
start_flood(Sink, Bytes) ->
    Flooder = spawn_link(?MODULE, flooder, [self(), Sink, Bytes]),
    receive {flooding, Flooder} -> Flooder end.

%% How many bytes have been acknowledged. Waits for what is under way.
stop_flood(Flooder) ->
    Flooder ! {stop, self()},
    receive {flooded, Bytes} -> Bytes end.

flooder(Parent, Sink, Bytes) ->
    Window = max(4, min(10000, (4 bsl 20) div Bytes)),
    Quarter = Window div 4,
    Load = binary:copy(<<"x">>, Bytes),
    Sink ! {expect, self(), Quarter bsl 32, Quarter},
    flood(Sink, Load, Window),
    Parent ! {flooding, self()},
    go_on(Sink, Load, Quarter, Window, 0).

go_on(Sink, Load, Quarter, UnderWay, Acknowledged) ->
    receive
        {acknowledged, Some} ->
            flood(Sink, Load, Some),
            go_on(Sink, Load, Quarter, UnderWay, Acknowledged + Some);
        {stop, Asker} ->
            drain(UnderWay div Quarter),
            Asker ! {flooded, Acknowledged * byte_size(Load)}
    end.

drain(0) -> ok;
drain(Left) -> receive {acknowledged, _} -> drain(Left - 1) end.

flood(_, _, 0) -> ok;
flood(Sink, Load, Left) -> Sink ! {load, Load}, flood(Sink, Load, Left - 1).
