/*
 * The model `paxos` of this workspace, for SPIN: 3 acceptors, 2 decrees, and
 * the ballots 0..BALLOTS-1 (BALLOTS is 2 to 5).
 *
 *     spin -a -DBALLOTS=4 paxos.pml
 *     cc -O3 -DSAFETY -DNOREDUCE -DNOFAIR -DMEMLIM=4096 -o pan pan.c
 *     ./pan -m1000 -w24
 *
 * "states, stored" is the exact number of distinct states: 3,921, 185,369 and
 * 8,220,065 for 2, 3 and 4 ballots. -DNOREDUCE turns partial-order reduction
 * off, which has no effect on a single process. Optional: -DNOBOUNDCHECK, or
 * -DCOLLAPSE for less memory and more time.
 *
 * There is one process, which always returns to the head of its loop, so its
 * control state is the same in every stored state. Each step is one d_step with
 * a guard that excludes steps without effect.
 *
 * Ballot b is stored as b + 1, and the decrees are 1 and 2, so that 0 stands for
 * ballot -1 or no decree. msgs is packed: an acceptor answers a ballot at most
 * once, and a ballot has at most one 2a message, so the ballot of a 2b message
 * determines its decree.
 */
#ifndef BALLOTS
#define BALLOTS 4
#endif
#define ACCEPTORS 3
#define DECREES 2

/* 1a(b): bit b-1. */
byte m1a;
/* The 1b message of acceptor a for b: 0 if there is none, else 1 + its vote. */
byte m1b[BALLOTS * ACCEPTORS];
/* The decree of the 2a message of b. */
byte m2a[BALLOTS];
/* The acceptors with a 2b message for b, one bit for each. */
byte m2b[BALLOTS];

byte maxBal[ACCEPTORS];
byte maxVBal[ACCEPTORS];
byte maxVal[ACCEPTORS];

/* A vote as a number: a later vote has a larger number; no vote is 0. */
#define VOTE(b, v)       ((b) -> ((b) - 1) * DECREES + (v) : 0)
#define DECREE_OF(vote)  (((vote) - 1) % DECREES + 1)

#define M1B(a, b)   m1b[((b) - 1) * ACCEPTORS + (a)]
#define LARGER(x, y) ((x) > (y) -> (x) : (y))

/* Acceptors a and c have answered b, and their largest vote allows v. */
#define LEAVE_FREE(a, c, b, v) \
    (M1B(a, b) && M1B(c, b) && \
     (LARGER(M1B(a, b), M1B(c, b)) == 1 || \
      DECREE_OF(LARGER(M1B(a, b), M1B(c, b)) - 1) == (v)))

/* Two of the three have voted in b. */
#define CHOSE(b) \
    (m2b[(b) - 1] == 3 || m2b[(b) - 1] == 5 || m2b[(b) - 1] == 6 || m2b[(b) - 1] == 7)
#define AGREE(b, c) \
    (!CHOSE(b) || !CHOSE(c) || m2a[(b) - 1] == m2a[(c) - 1])

#define PHASE1A(b) \
    :: d_step { !(m1a & (1 << ((b) - 1))) -> m1a = m1a | (1 << ((b) - 1)) }

#define PHASE1B(a, b) \
    :: d_step { (m1a & (1 << ((b) - 1))) && (b) > maxBal[a] -> \
        maxBal[a] = (b); \
        M1B(a, b) = 1 + VOTE(maxVBal[a], maxVal[a]) }

#define PHASE2A(b, v) \
    :: d_step { m2a[(b) - 1] == 0 && \
        (LEAVE_FREE(0, 1, b, v) || LEAVE_FREE(0, 2, b, v) || LEAVE_FREE(1, 2, b, v)) -> \
        m2a[(b) - 1] = (v) }

#define PHASE2B(a, b) \
    :: d_step { m2a[(b) - 1] && (b) >= maxBal[a] && !(m2b[(b) - 1] & (1 << (a))) -> \
        maxBal[a] = (b); \
        maxVBal[a] = (b); \
        maxVal[a] = m2a[(b) - 1]; \
        m2b[(b) - 1] = m2b[(b) - 1] | (1 << (a)); \
        CONSISTENCY(b) }

/* At most one decree is chosen. Only a vote can break this, and only with the
   decree of its own ballot. */
#if BALLOTS == 2
#define CONSISTENCY(b) assert(AGREE(b, 1) && AGREE(b, 2))
#elif BALLOTS == 3
#define CONSISTENCY(b) assert(AGREE(b, 1) && AGREE(b, 2) && AGREE(b, 3))
#elif BALLOTS == 4
#define CONSISTENCY(b) \
    assert(AGREE(b, 1) && AGREE(b, 2) && AGREE(b, 3) && AGREE(b, 4))
#else
#define CONSISTENCY(b) \
    assert(AGREE(b, 1) && AGREE(b, 2) && AGREE(b, 3) && AGREE(b, 4) && AGREE(b, 5))
#endif

#define OF_BALLOT(b) \
    PHASE1A(b) \
    PHASE1B(0, b) PHASE1B(1, b) PHASE1B(2, b) \
    PHASE2A(b, 1) PHASE2A(b, 2) \
    PHASE2B(0, b) PHASE2B(1, b) PHASE2B(2, b)

active proctype paxos() {
/* A state in which all messages are sent is a valid end state. */
end:
    do
    OF_BALLOT(1)
    OF_BALLOT(2)
#if BALLOTS > 2
    OF_BALLOT(3)
#endif
#if BALLOTS > 3
    OF_BALLOT(4)
#endif
#if BALLOTS > 4
    OF_BALLOT(5)
#endif
    od
}
