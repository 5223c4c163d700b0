%% How many messages a second does one process take from 100 or 1,000 others?
-module(many_to_one).
-export([run/1, sender/2]).

run([Count, Senders]) -> bench:rate("many to one, messages", Count, fun(N) -> many(N div Senders, Senders) end).

many(Each, Senders) ->
    [spawn(?MODULE, sender, [Each, self()]) || _ <- lists:seq(1, Senders)],
    take(Each * Senders).

sender(0, _) -> ok;
sender(N, To) -> To ! {drop, N}, sender(N - 1, To).

take(0) -> ok;
take(N) -> receive {drop, _} -> take(N - 1) end.
