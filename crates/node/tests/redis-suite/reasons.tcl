# Why tests of Redis's suite differ, for prelude.tcl: file, name of the test, reason.

unit/type/string {Very big payload in GET/SET}
{a key and its value have 128 KiB at most; the test has 4 MB}

unit/type/string {Very big payload random access}
{a key and its value have 128 KiB at most; the test has up to 500 kB}

unit/type/string {GETEX and GET expired key or not exist}
{a key is removed by the next decree that tells the time, up to a tenth of a second later; the test waits for 2 ms}

unit/type/string {GETEX no arguments}
{the error goes on: it tells how the command is written}

unit/type/string {MSET/MSETNX wrong number of args}
{the error is another one: each key needs a value}

unit/expire {EXPIRE with unsupported options}
{the error goes on: it tells which options there are}

unit/protocol {test large number of args}
{a request has 1,024 words at most; the test has 20,003}
