%% How a benchmark in Erlang is started, timed and reported: erl -run bench main MODULE NUMBERS...
-module(bench).
-export([main/1, rate/3, report/3, gather/2, seconds/1]).

%% In a fresh process, as the one that boots the node has another heap and priority.
main([Module | Numbers]) ->
    Run = fun() -> (list_to_atom(Module)):run([list_to_integer(N) || N <- Numbers]) end,
    {Pid, Ref} = spawn_monitor(Run),
    receive
        {'DOWN', Ref, process, Pid, normal} -> halt(0);
        {'DOWN', Ref, process, Pid, Why} -> io:format(standard_error, "~s: ~p~n", [Module, Why]), halt(1)
    end.

%% Run(N) does it N times. A tenth of it first warms up.
rate(What, Count, Run) ->
    Run(max(1, Count div 10)),
    report(What, Count / seconds(fun() -> Run(Count) end), "1/s").

report(What, Value, Unit) ->
    io:format("{\"what\":\"~s\",\"value\":~.3f,\"unit\":\"~s\"}~n", [What, float(Value), Unit]).

seconds(Run) ->
    Began = erlang:monotonic_time(nanosecond),
    Run(),
    (erlang:monotonic_time(nanosecond) - Began) / 1.0e9.

%% Waits for that many of the same message.
gather(0, _) -> ok;
gather(N, Message) -> receive Message -> gather(N - 1, Message) end.
