%% How many timers a second are started and cancelled, while 100,000 others are pending?
-module(timers).
-export([run/1]).

run([Count]) ->
    [erlang:start_timer(3600000 + I rem 1000, self(), x) || I <- lists:seq(1, 100000)],
    bench:rate("timers started and cancelled", Count, fun start_and_cancel/1).

start_and_cancel(0) -> ok;
start_and_cancel(N) ->
    Timer = erlang:start_timer(1800000 + N rem 1000, self(), x),
    erlang:cancel_timer(Timer, [{async, true}, {info, false}]),
    start_and_cancel(N - 1).
