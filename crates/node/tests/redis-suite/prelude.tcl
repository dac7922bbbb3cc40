# What the files of Redis's test suite call, for a node that is running already: `scripts/redis-suite` starts
# it, and this program in a checkout of Redis. The suite's own client and assertions are used as they are.
#
#   tclsh prelude.tcl PORT REASONS FILE...
#
# A test is left out if it uses a command that Redis has and the node has not, or if its tags ask for what a
# node is not. Every other test passes or differs. Prints the tables of docs/commands.md; complaints go to
# standard error. Ends with status 1 if a test differs without a reason in REASONS.

lassign $argv port reasons_file
set files [lrange $argv 2 end]
fconfigure stdout -encoding utf-8
set tcl_precision 17

source tests/support/redis.tcl
source tests/support/test.tcl
source tests/support/util.tcl

# Settings of the suite that its files read. Encodings are asked for, although the node cannot tell them: a
# test that looks at them is left out, and does not pass unseen.
foreach setting {tls external valgrind accurate verbose loop cluster_mode large_memory no_latency ignoreencoding} {
    set ::$setting 0
}
set ::singledb 1
set ::ignoredigest 1
set ::denytags {}
set ::tags {}
set ::curfile ""

# What a test needs that has this tag.
set needs {
    external:skip       "a server of its own, with settings or files"
    needs:repl          "Redis's replication"
    needs:debug         DEBUG
    singledb:skip       "databases other than 0"
    needs:config-maxmemory "CONFIG SET"
    needs:save          "CONFIG SET"
    needs:reset         "CONFIG SET"
    needs:config-resetstat "CONFIG RESETSTAT"
    large-memory        "values of gigabytes"
}

# The outcomes so far: file, name, outcome, why.
set outcomes {}

# What the test uses that the node has not. It is empty outside of tests, where nothing is noted.
set lacks {}
set is_testing 0

proc outcome {name outcome {why ""}} {
    lappend ::outcomes [list $::curfile $name $outcome $why]
}

proc need_of {tags} {
    dict for {tag need} $::needs {
        if {$tag in $tags} {return $need}
    }
}

proc test {name code {okpattern undefined} {tags {}}} {
    set need [need_of [concat $::tags $tags]]
    if {$need ne ""} {return [outcome $name left-out $need]}
    set ::lacks {}
    set ::is_testing 1
    set failed [catch {uplevel 1 $code} result]
    set ::is_testing 0
    if {!$failed && $okpattern ne "undefined" && $okpattern ne $result && ![string match $okpattern $result]} {
        set failed 1
        set result "Expected '$okpattern', got '$result'"
    }
    if {$::lacks ne {}} {
        outcome $name left-out [lindex $::lacks 0]
    } elseif {$failed} {
        outcome $name differs $result
    } else {
        return [outcome $name passed]
    }
    # The test has not come to its end: the connection may be in the middle of something.
    reconnect
}

proc tags {tags code} {
    set before $::tags
    lappend ::tags {*}[string map {\" ""} $tags]
    uplevel 1 $code
    set ::tags $before
}

# There is one server, the node. What asks for one of its own is left out, test by test.
proc start_server {options {code undefined}} {
    set tags {}
    catch {set tags [dict get $options tags]}
    set tags [string map {\" ""} $tags]
    set need [need_of $tags]
    if {$need ne ""} {
        foreach {- braced quoted} [regexp -all -inline {\n\s*test\s+(?:\{([^\}]*)\}|"([^"]*)")} $code] {
            outcome "$braced$quoted" left-out $need
        }
        return
    }
    empty
    reconnect
    uplevel 1 [list tags $tags $code]
}

proc run_solo {name code} {
    uplevel 1 $code
}

# The server and its client.
proc srv {args} {
    if {[string is integer [lindex $args 0]]} {set args [lrange $args 1 end]}
    dict get $::server [lindex $args 0]
}

proc r {args} {
    if {[string is integer [lindex $args 0]]} {set args [lrange $args 1 end]}
    [srv client] {*}$args
}

proc s {args} {
    status [srv client] [lindex $args end]
}

proc connect {{deferred 0}} {
    redis 127.0.0.1 $::port $deferred
}

proc redis_client {args} {
    connect
}

proc redis_deferring_client {args} {
    connect 1
}

# A new connection, which reads replies as the one before did.
proc reconnect {args} {
    set old [srv client]
    set client [connect]
    if {$old ne ""} {
        foreach setting {deferred readraw} {
            catch {set ::redis::${setting}([id $client]) [set ::redis::${setting}([id $old])]}
        }
        $old close
    }
    dict set ::server client $client
}

proc id {client} {
    regexp -inline {\d+$} $client
}

# FLUSHALL, which the node has not.
proc empty {} {
    set client [connect]
    while 1 {
        set keys [lindex [$client scan 0 count 1000] 1]
        if {$keys eq {}} break
        $client del {*}$keys
    }
    $client close
}

# The suite's client sends all commands by this procedure. Outside of tests it is no error if the node has not
# what is asked for: the tests that need it are left out one by one.
rename ::redis::__dispatch__raw__ ::redis::as_it_is

proc ::redis::__dispatch__raw__ {id method argv} {
    if {[string tolower $method] in {flushall flushdb}} {
        ::empty
        # Answered with OK, now or when the reply is read.
        lassign {client {reply on}} method argv
    }
    set failed [catch {as_it_is $id $method $argv} result]
    set lack [::lack $method $result]
    if {$lack ne ""} {lappend ::lacks $lack}
    if {!$failed} {return $result}
    if {$::is_testing || $lack eq ""} {return -code error $result}
}

# What the node has not, if that is asked for: a command of Redis, or a part of one, as the error says.
proc lack {method error} {
    if {[file exists [definition $method]] && [string tolower $method] ni $::has} {
        return [string toupper $method]
    }
    if {[regexp {^ERR unknown subcommand '([^']*)' of '([^']*)'} $error - part command]} {
        return [string toupper "$command $part"]
    }
    if {[regexp {^ERR (.*) is not supported; the connection is closed} $error - command]} {
        return $command
    }
}

proc definition {command} {
    return src/commands/[string tolower $command].json
}

# A command as the tables name it: those of other types of values by their type.
proc kind {lack} {
    set path [definition $lack]
    if {[file exists $path]} {
        set file [open $path]
        regexp {"group": "([^"]*)"} [read $file] - group
        close $file
        set types {list lists hash hashes set sets sorted_set "sorted sets" stream streams bitmap bits
            hyperloglog HyperLogLog geo places scripting scripts pubsub messages}
        if {[dict exists $types $group]} {return [dict get $types $group]}
    }
    return $lack
}

proc run {files} {
    set before [info globals]
    foreach file $files {
        # What files keep in variables is their own.
        foreach variable [info globals] {
            if {$variable ni $before} {unset -nocomplain ::$variable}
        }
        set ::curfile $file
        if {[catch {uplevel #0 [list source tests/$file.tcl]} error]} {
            puts stderr "$file ended before its end: $error\n$::errorInfo"
            exit 1
        }
    }
}

proc count {file outcome} {
    set count 0
    foreach one $::outcomes {
        if {[lindex $one 0] eq $file && [lindex $one 2] eq $outcome} {incr count}
    }
    return $count
}

# Text in a cell of a table.
proc cell {text} {
    regsub -all {\s+} [string map {| \\| < &lt; * \\* _ \\_} $text] " "
}

# Text in lines of 118 characters.
proc wrapped {text} {
    lassign {} lines line
    foreach word [split $text " "] {
        if {[string length "$line $word"] > 118} {
            append lines $line "\n"
            set line $word
        } else {
            set line [string trimleft "$line $word"]
        }
    }
    return "$lines$line"
}

proc tell {files} {
    puts "| file | as in Redis | differ | left out |"
    puts "|---|---|---|---|"
    foreach file $files {
        puts "| `$file` | [count $file passed] | [count $file differs] | [count $file left-out] |"
    }
    set counts {}
    foreach one $::outcomes {
        if {[lindex $one 2] eq "left-out"} {dict incr counts [kind [lindex $one 3]]}
    }
    set parts {}
    foreach {need count} [lsort -stride 2 -index 1 -integer -decreasing $counts] {
        lappend parts "$need ($count)"
    }
    puts "\n[wrapped "Left out are the tests that use what the node has not: [join $parts {, }]."]"
    puts "\n| test that differs | why |"
    puts "|---|---|"
    foreach one $::outcomes {
        lassign $one file name outcome
        if {$outcome eq "differs"} {puts "| `$file`: [cell $name] | [reason $file $name] |"}
    }
}

proc reason {file name} {
    foreach {known_file known_name why} $::reasons {
        if {$known_file eq $file && $known_name eq $name} {return $why}
    }
}

# Complains of what the reasons do not say. Returns whether there is something.
proc complain {} {
    set complaints {}
    foreach one $::outcomes {
        lassign $one file name outcome why
        if {$outcome eq "differs" && [reason $file $name] eq ""} {
            lappend complaints "$file: \"$name\" differs, and no reason is known: $why"
        }
    }
    foreach complaint $complaints {puts stderr $complaint}
    return [expr {$complaints ne {}}]
}

set file [open $reasons_file]
fconfigure $file -encoding utf-8
# Lines with # are comments.
set reasons [regsub -all -line {^#.*$} [read $file] ""]
close $file
set server [dict create host 127.0.0.1 port $port client "" pid 0 config {} stdout /dev/null stderr /dev/null]
# The commands that the node has.
set has {}
set client [connect]
set has [$client command list]
$client close
run $files
tell $files
exit [complain]
