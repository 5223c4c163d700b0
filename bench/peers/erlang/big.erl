%% How many pings a second do N processes make, each with one outstanding, to a target that a generator draws?
%% The table of all is a persistent term, which nobody copies.
-module(big).
-export([run/1, member/3]).

run([Count, Members]) ->
    Main = self(),
    Pids = [spawn(?MODULE, member, [Seed, Members, Main]) || Seed <- lists:seq(1, Members)],
    persistent_term:put(members, list_to_tuple(Pids)),
    bench:rate("big, pings", Count, fun(N) ->
        [Pid ! {go, N div Members} || Pid <- Pids],
        bench:gather(Members, done)
    end).

member(Seed, Members, Main) -> receive {go, N} -> ping(Seed, N, persistent_term:get(members), Members, Main) end.

ping(Seed, Left, All, Members, Main) ->
    Next = (Seed * 1664525 + 1013904223) band 16#ffffffff,
    element((Next bsr 16) rem Members + 1, All) ! {ping, self()},
    wait(Next, Left - 1, All, Members, Main).

wait(Seed, Left, All, Members, Main) ->
    receive
        {ping, From} -> From ! pong, wait(Seed, Left, All, Members, Main);
        pong when Left =< 0 -> Main ! done, wait(Seed, 0, All, Members, Main);
        pong -> ping(Seed, Left, All, Members, Main);
        {go, N} -> ping(Seed, N, All, Members, Main)
    end.
