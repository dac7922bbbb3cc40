/*
 * The model `paxos` of this workspace once more, for SPIN in little memory: 3 acceptors,
 * 2 decrees, and the ballots 1..BALLOTS (BALLOTS is 2 to 5). It has the states of
 * paxos.pml, each in nine bits a ballot.
 *
 *     spin -a -DBALLOTS=4 paxos-tuned.pml
 *     cc -O3 -DSAFETY -DNOREDUCE -DNOFAIR -DNOBOUNDCHECK -DMA=24 -o pan pan.c
 *     ./pan -m1000 -w24
 *
 * "states, stored" is 3,921, 185,369 and 8,220,065 for 2, 3 and 4 ballots.
 *
 * Only the messages are stored, because the rest follows from them. The ballot of an
 * acceptor is the largest that it has answered or voted in. The vote that it told
 * when it answered ballot b is its last one below b: it does not vote below b
 * afterwards.
 *
 * One process, which always returns to the head of its loop; each step is one d_step.
 */
#ifndef BALLOTS
#define BALLOTS 4
#endif

/* Of each ballot: bit 0 is its 1a message; bits 1 to 3 are the 1b messages of the
   acceptors; bits 4 and 5 are the decree of its 2a message, or zero; bits 6 to 8 are
   the 2b messages of the acceptors. */
short sent[BALLOTS];

#define BEGUN(b)     (sent[(b) - 1] & 1)
#define ANSWERED(a, b) (sent[(b) - 1] & (2 << (a)))
#define VOTED(a, b)  (sent[(b) - 1] & (64 << (a)))
#define DECREE(b)    ((sent[(b) - 1] >> 4) & 3)

/* Acceptor a has answered ballot b or a later one, or has voted in one. */
#define USED(a, b)   (sent[(b) - 1] & (66 << (a)))
#if BALLOTS == 2
#define FROM_3(a)    0
#elif BALLOTS == 3
#define FROM_3(a)    USED(a, 3)
#elif BALLOTS == 4
#define FROM_3(a)    (USED(a, 3) || FROM_4(a))
#define FROM_4(a)    USED(a, 4)
#define FROM_5(a)    0
#else
#define FROM_3(a)    (USED(a, 3) || FROM_4(a))
#define FROM_4(a)    (USED(a, 4) || FROM_5(a))
#define FROM_5(a)    USED(a, 5)
#endif
#if BALLOTS < 4
#define FROM_4(a)    0
#endif
#define FROM_2(a)    (USED(a, 2) || FROM_3(a))
#define FROM_1(a)    (USED(a, 1) || FROM_2(a))
#define FROM_6(a)    0

/* The decree of the last vote below a ballot of one of the acceptors in the mask, or 0. */
#define LAST_1(mask) 0
#define LAST_2(mask) ((sent[0] & (mask)) -> DECREE(1) : 0)
#define LAST_3(mask) ((sent[1] & (mask)) -> DECREE(2) : LAST_2(mask))
#define LAST_4(mask) ((sent[2] & (mask)) -> DECREE(3) : LAST_3(mask))
#define LAST_5(mask) ((sent[3] & (mask)) -> DECREE(4) : LAST_4(mask))

/* Two acceptors, whose bits are `pair`, have answered b, and their last vote allows v. */
#define FREE(pair, b, v) \
    ((sent[(b) - 1] & ((pair) << 1)) == ((pair) << 1) && \
     (LAST_##b((pair) << 6) == 0 || LAST_##b((pair) << 6) == (v)))

/* Two of the three have voted in b. */
#define VOTES(b)     (sent[(b) - 1] >> 6)
#define CHOSE(b)     (VOTES(b) == 3 || VOTES(b) >= 5)
#define AGREE(b, c)  (!CHOSE(c) || DECREE(b) == DECREE(c))

#define PHASE1A(b) \
    :: d_step { !BEGUN(b) -> sent[b - 1] = sent[b - 1] | 1 }

#define PHASE1B(a, b) \
    :: d_step { BEGUN(b) && !FROM_##b(a) -> sent[b - 1] = sent[b - 1] | (2 << a) }

#define PHASE2A(b, v) \
    :: d_step { !DECREE(b) && (FREE(3, b, v) || FREE(5, b, v) || FREE(6, b, v)) -> \
        sent[b - 1] = sent[b - 1] | (v << 4) }

/* Consistency: only a vote can break it, and only with the decree of its own ballot. */
#define PHASE2B(a, b, next) \
    :: d_step { DECREE(b) && !VOTED(a, b) && !FROM_##next(a) -> \
        sent[b - 1] = sent[b - 1] | (64 << a); \
        assert(!CHOSE(b) || (CONSISTENT(b))) }

#if BALLOTS == 2
#define CONSISTENT(b) AGREE(b, 1) && AGREE(b, 2)
#elif BALLOTS == 3
#define CONSISTENT(b) AGREE(b, 1) && AGREE(b, 2) && AGREE(b, 3)
#elif BALLOTS == 4
#define CONSISTENT(b) AGREE(b, 1) && AGREE(b, 2) && AGREE(b, 3) && AGREE(b, 4)
#else
#define CONSISTENT(b) \
    AGREE(b, 1) && AGREE(b, 2) && AGREE(b, 3) && AGREE(b, 4) && AGREE(b, 5)
#endif

#define OF_BALLOT(b, next) \
    PHASE1A(b) \
    PHASE1B(0, b) PHASE1B(1, b) PHASE1B(2, b) \
    PHASE2A(b, 1) PHASE2A(b, 2) \
    PHASE2B(0, b, next) PHASE2B(1, b, next) PHASE2B(2, b, next)

active proctype paxos() {
/* A state in which all messages are sent is a valid end state. */
end:
    do
    OF_BALLOT(1, 2)
    OF_BALLOT(2, 3)
#if BALLOTS > 2
    OF_BALLOT(3, 4)
#endif
#if BALLOTS > 3
    OF_BALLOT(4, 5)
#endif
#if BALLOTS > 4
    OF_BALLOT(5, 6)
#endif
    od
}
