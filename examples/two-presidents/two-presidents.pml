/* The model of src/lib.rs for SPIN, with two voters, of whom both are a quorum. A president is a
   process, so that SPIN's weak fairness of processes is that of his work. What is lost is lost by
   the network, and who leaves is decided by the world, so that neither counts as his work. */

#define VOTERS 2
#define QUORUM (VOTERS / 2 + 1)

mtype = { idle, trying, polling }

bool present[2] = true;
mtype status[2] = idle;
byte tried[2];
byte answered[2];   /* the voters who have answered, as bits */
byte nextBal[VOTERS];
bool passed;

#define one (present[0] + present[1] == 1)

ltl passes { <> passed }
ltl one_passes { [] (one -> <> passed) }

/* Replaces numbers by their order: closes the gaps among 1 to 5. */
inline in_order() {
  b = 1;
  do
  :: b > 5 -> break
  :: else ->
    if
    :: tried[0] == b || tried[1] == b || nextBal[0] == b || nextBal[1] == b -> b++
    :: else ->
      /* No number is b: those above it move down, if there are any. */
      if
      :: tried[0] > b || tried[1] > b || nextBal[0] > b || nextBal[1] > b ->
        if :: tried[0] > b -> tried[0]-- :: else fi;
        if :: tried[1] > b -> tried[1]-- :: else fi;
        if :: nextBal[0] > b -> nextBal[0]-- :: else fi;
        if :: nextBal[1] > b -> nextBal[1]-- :: else fi
      :: else -> break
      fi
    fi
  od;
  b = 0
}

inline largest() {
  b = 0;
  if :: tried[0] > b -> b = tried[0] :: else fi;
  if :: tried[1] > b -> b = tried[1] :: else fi;
  if :: nextBal[0] > b -> b = nextBal[0] :: else fi;
  if :: nextBal[1] > b -> b = nextBal[1] :: else fi
}

inline gives_up(p) {
  status[p] = idle; tried[p] = 0; answered[p] = 0
}

inline ask(p, q) {
  if
  :: tried[p] < nextBal[q] -> gives_up(p)
  :: else ->
    nextBal[q] = tried[p];
    answered[p] = answered[p] | (1 << q);
    if
    :: answered[p] == 3 && status[p] == trying -> answered[p] = 0; status[p] = polling
    :: answered[p] == 3 && status[p] == polling -> answered[p] = 0; passed = true
    :: else
    fi
  fi;
  in_order()
}

active [2] proctype president() {
  byte b;
  do
  :: passed || !present[_pid] -> break
  :: d_step { !passed && present[_pid] && status[_pid] == idle ->
       largest(); tried[_pid] = b + 1; status[_pid] = trying; in_order() }
  :: d_step { !passed && status[_pid] != idle && (answered[_pid] & 1) == 0 -> ask(_pid, 0) }
  :: d_step { !passed && status[_pid] != idle && (answered[_pid] & 2) == 0 -> ask(_pid, 1) }
  od
}

active proctype network() {
  do
  :: passed -> break
  :: !passed && (status[0] != idle || status[1] != idle) -> skip
  od
}

active proctype world() {
  byte b;
  if
  :: d_step { !passed -> present[0] = false; gives_up(0); in_order() }
  :: d_step { !passed -> present[1] = false; gives_up(1); in_order() }
  :: true
  fi
}
