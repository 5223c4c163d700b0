%% The other end of the benchmarks between nodes: answers pings and counts what floods it, like the actors of bench/between/.
-module(between_server).
-export([start/0, connect/1, echo/0, sink/3, child/1]).

start() ->
    register(echo, spawn(?MODULE, echo, [])),
    register(sink, spawn(?MODULE, sink, [0, 0, none])),
    io:format("ready~n").

%% To a client: {Echo, Sink, the other node's OS process}.
connect(Node) ->
    pong = net_adm:ping(Node),
    {ask({echo, Node}), ask({sink, Node}), erpc:call(Node, os, getpid, [])}.

ask(Server) ->
    Server ! {who, self()},
    receive {pid, Pid} -> Pid end.

echo() ->
    receive
        {ping, From, Payload} -> From ! {pong, Payload};
        {who, From} -> From ! {pid, self()}
    end,
    ?MODULE:echo().

%% Counts down to the last, which it tells, and tells each time that so many have come (0: never).
sink(Left, Every, Asker) ->
    receive
        {load, _} ->
            Next = Left - 1,
            if
                Next =:= 0 -> Asker ! done;
                Every > 0, Next rem Every =:= 0 -> Asker ! {acknowledged, Every};
                true -> ok
            end,
            sink(Next, Every, Asker);
        {expect, From, Count, AcknowledgeEvery} -> sink(Count, AcknowledgeEvery, From);
        {who, From} ->
            From ! {pid, self()},
            sink(Left, Every, Asker)
    end.

child(Parent) -> Parent ! hello.
