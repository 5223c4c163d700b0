%% How many processes a second are created in another node and say so: all at once, and one by one?
-module(between_creation).
-export([run/1]).

run([Count]) ->
    Node = between:server(0),
    between_server:connect(Node),
    measure("remote creations, 1,000 at once", Node, Count, 1000),
    measure("remote creations, one by one", Node, Count div 10, 1).

measure(What, Node, Count, AtOnce) ->
    bear(Node, Count div 10 + 1, AtOnce),
    bench:report(What, Count / between:measured(fun() -> bear(Node, Count, AtOnce) end), "1/s").

bear(Node, Count, AtOnce) ->
    Now = min(Count, AtOnce),
    [request(Node) || _ <- lists:seq(1, Now)],
    refill(Node, Count - Now),
    bench:gather(Now, hello).

refill(_, 0) -> ok;
refill(Node, Left) ->
    receive hello -> request(Node) end,
    refill(Node, Left - 1).

request(Node) -> spawn_request(Node, between_server, child, [self()], [{reply, no}]).
