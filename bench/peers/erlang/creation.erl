%% How many processes a second are created, get a first message, answer it and end, one after the other?
-module(creation).
-export([run/1, child/0]).

run([Count]) -> bench:rate("create, first message, exit, in sequence", Count, fun next/1).

next(0) -> ok;
next(N) ->
    {Child, Ref} = spawn_monitor(?MODULE, child, []),
    Child ! {hello, self()},
    receive hello -> ok end,
    receive {'DOWN', Ref, process, _, normal} -> next(N - 1) end.

child() -> receive {hello, From} -> From ! hello end.
