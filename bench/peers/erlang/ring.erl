%% How many hops a second does one token make round a ring of 1,000 processes?
-module(ring).
-export([run/1, hop/1]).

run([Count]) ->
    First = spawn(?MODULE, hop, [none]),
    Last = lists:foldl(fun(_, Next) -> spawn(?MODULE, hop, [Next]) end, First, lists:seq(2, 1000)),
    First ! {join, Last},
    bench:rate("ring of 1,000, hops", Count, fun(N) ->
        First ! {token, N, self()},
        receive done -> ok end
    end).

hop(Next) ->
    receive
        {token, 0, Asker} -> Asker ! done, hop(Next);
        {token, N, Asker} -> Next ! {token, N - 1, Asker}, hop(Next);
        {join, Other} -> hop(Other)
    end.
