"""English phrases the lexicon goes by: each stands in the list of what it says when it comes last."""

from voice_engine.listen.words import phrases, words

EN_STOPS = (
    r"stop(?=\W*$|,|\.| (?:it|that|talking|speaking|please|now|there|right|stop|for a|a)\b)|hold on|hang on|"
    r"wait(?! time| list|ing)|shut up|be quiet|(?:quiet|enough|pause)(?=\W*$|,)|cut it out|that'?s enough|"
    r"(?:just )?(?:one|a|give me a) (?:second|sec|moment|minute)|let me (?:speak|talk|finish)|never ?mind|"
    r"listen to me"
)
EN_STOP_LEADS = phrases("""
    hey, ok, okay, no, please, just, well, uh, um, oh, sorry, alright, yeah, but, can you, could you,
    excuse me
""")

EN_WAITS = (
    r"(?:(?:please )?(?:hold|hang) on|wait|bear with me|hold the line|don'?t hang up|"
    r"(?:(?:wait|hold on|hang on|give me|just|i need)[, ]+){0,2}"
    r"(?:a|one|another|just one|just a) (?:second|sec|moment|minute|min)|"
    r"let me (?:think|check|see|look|find|grab|get|ask|have a look|look it up|pull it up)"
    r"(?: (?:it|that|this|them|him|her|about it|about that|(?:my|the|a) [a-z]+))?|"
    r"i(?:'ll| will| need to|'m going to| have to) (?:get|grab|find|check) my [a-z]+)"
)
EN_WAIT_LEADS = phrases("""
    oh, ok, okay, um, uh, well, please, sorry, yeah, yes, just, hmm, can you, could you
""")
EN_WAIT_TAILS = (
    r"please|ok|okay|thanks|thank you|(?:for )?(?:a|one|just a) (?:second|sec|moment|minute)|real quick"
)

EN_ANSWERS = phrases("""
    yes, yeah, yep, yup, no, nope, sure, ok, okay, fine, good, great, thanks, bye, goodbye, hello, hi,
    hey, correct, right, exactly, maybe, never, please, absolutely, definitely, perfect, alright,
    cancel, done, sorry, none, nothing, everything, today, tomorrow, tonight, now, both, neither,
    always, sometimes, thank you, of course, i do, i don't, i am, i'm not, i did, i didn't, i will,
    i won't, it is, it isn't, it was, it's not, i can, i can't, i have, i haven't, they are,
    they aren't, we are, we do, we don't, that's it, that's all, that's right, i think so, i hope so,
    i guess so, i don't think so, not really, not yet, i see, got it, no problem, good morning,
    good afternoon, good evening, see you, never mind, i don't know, i'm not sure, i understand,
    sounds good, uh huh, uh-huh, mm-hmm, it does, it doesn't, he is, she is, he does, she does, i would,
    i should, i could, not at all, that's fine, that's everything, that's correct, that's great,
    that's ok, that's okay, it's fine, it's ok, it's okay, i agree, that's wrong, all good, all done,
    as well, me too
""")
EN_ANSWER_LEADS = words("""
    oh um uh well ok okay yes yeah no nope sure all so hi hello sorry
""")
EN_ANSWER_TAILS = phrases("""
    please, thanks, bye, then, sir, yes, so, very, much, there, thank you
""")
EN_OPEN_TAILS = phrases("""
    and, but, or, because, cause, so, then, if, when, while, although, though, unless, until, since,
    that, which, who, whose, where, whether, the, a, an, my, your, his, her, their, our, its, this,
    these, those, some, any, every, another, to, of, in, on, at, for, with, from, by, about, into,
    between, like, than, as, without, under, over, through, during, before, after, is, are, was, were,
    be, am, i'm, it's, that's, there's, he's, she's, we're, they're, you're, what's, i'd, i've, i'll,
    we'll, you'll, can, could, will, would, should, may, might, must, do, does, did, have, has, had,
    not, don't, can't, didn't, won't, i, we, he, she, they, um, uh, er, erm, uhm, hmm, well, also, plus,
    actually, basically, just, very, really, too, kind, sort, want, need, wanna, gonna, think, mean,
    wondering, trying, called, named, say, going, looking, first, second, third, either, neither, how,
    what, why, number, name, i want, i need, i think, i mean, you know, i was, the thing, for example,
    such as, one of, let me, let's, tell me, can you, could you, would you, help me, show me, give me,
    i would like, my name, my number, my email, my address, the problem, can i, may i, could i, do you,
    i have a question, i was wondering, i'd rather, he said, she said, they said, i said, i have one,
    i have two, i have three, more than, less than, next, a few, a couple of, a lot of, my phone number,
    my order number, my account number
""")
EN_CLOSED_TAILS = phrases("""
    think so, hope so, guess so, said so, believe so, come on, log on, log in, sign in, check in,
    checking in, come in, go on, carry on, hold on, turn it on, turn it off, yes i am, yes i do,
    yes i did, yes i have, yes it is, no i don't, no i didn't, no it's not, i can't, i didn't, i don't,
    i won't, of course not, why not, love to, like to know, happy to, don't want to, have to, me too,
    you too, us too, not really, like that, like this, do that, do this, want that, want this,
    need that, need this, have that, take that, take this, mean that, about that, about this, of that,
    of this, for that, for this, with that, with this, after that, before that, how much, how many,
    how long, how come, what is it, who is it, where is it, what it is, where it is, wrong number,
    same number, your number, your name, what number, phone number, the number, tracking number,
    and so on, sort of, kind of, one of them, one of those, not yet, a lot, thinking about it, about it,
    as well, please, thanks, thank you, bye, goodbye, this one, that one, all of them, none of them,
    the first, the second, the third, what for, where to, right now, see then, back then, until then,
    what happened then, i know how, know why, tell me why, tell me how, say what, do what, know what,
    for what, is what, over, it over, what they are, who you are, how you are, where you are,
    who they are, what you mean, what i mean, what do you mean, what does it mean, what does that mean,
    what do you think, what do you need, what do you want, how are you, who are you, where are you,
    what they do, what you do, what you want, what i want, what i need, all i need, all i want
""")
EN_OPENINGS = (
    r"(?:if|when|because|since|although|even though|while|unless|once|after|before|whenever|as soon as|"
    r"let's say|every time)"
)
EN_OPENING_LEADS = words("""
    and but so well um uh ok okay yeah yes no only just
""")
EN_ANSWERING = (
    r",|\?|\b(?:then|do i|do you|does|can i|can you|could|would|will|should|is there|is it|are there|what|"
    r"how|where|why|please|i'd|i'll|"
    r"tell me|call me|let me know|you can|i can|we can|i want|i need)\b"
)
EN_QUESTION = (
    r"(?:what|who|where|when|why|how|which|whose|can|could|will|would|should|shall|may|do|does|did|is|are|was|were|am|have|has|isn't|aren't|"
    r"don't|doesn't|can't)\b"
)
# Left behind by a question: where are you from.
EN_STRANDING = frozenset(words("from for to with about like at in on of that this"))
# Whole when the recogniser put a full stop: you asked me that.
EN_PRONOUNS = frozenset(
    words("that this these those her some any another either neither first second third too really")
)
# Announces something, but not in a question: did you get my email.
EN_ANNOUNCED = phrases(
    "my name, my number, my email, my address, my phone number, my order number, my account number"
)
