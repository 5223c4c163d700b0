%% How many bytes does an idle process take, when a million of them have handled one message each?
%% With 1 behind the count, each hibernates after it.
-module(idle_memory).
-export([run/1, infant/1, asleep/0]).

run([Count, Hibernates]) ->
    Before = resident_bytes(),
    Pids = [greeted(spawn(?MODULE, infant, [Hibernates])) || _ <- lists:seq(1, Count)],
    erlang:garbage_collect(),
    timer:sleep(500),
    bench:report("bytes per idle actor", (resident_bytes() - Before) / length(Pids), "B").

%% One after the other, so that the next one can have the memory that hibernation frees.
greeted(Pid) ->
    Pid ! {hello, self()},
    receive hello -> Pid end.

infant(Hibernates) ->
    receive {hello, From} -> From ! hello end,
    case Hibernates of
        1 -> erlang:hibernate(?MODULE, asleep, []);
        0 -> infant(Hibernates)
    end.

asleep() -> receive {hello, From} -> From ! hello end.

resident_bytes() ->
    {ok, Statm} = file:read_file("/proc/self/statm"),
    [_, Resident | _] = binary:split(Statm, <<" ">>, [global]),
    binary_to_integer(Resident) * 4096.
