"""English phrases the lexicon goes by: each stands in the list of what it says when it comes last."""

from voice_engine.listen.words import phrases, words

STOPS = (
    r"stop(?=\W*$|,|\.| (?:it|that|talking|speaking|please|now|there|right|stop|for a|a)\b)|hold on|hang on|"
    r"wait(?! time| list|ing)|shut up|be quiet|(?:quiet|enough|pause)(?=\W*$|,)|cut it out|that'?s enough|"
    r"(?:just )?(?:one|a|give me a) (?:second|sec|moment|minute)|let me (?:speak|talk|finish)|never ?mind|"
    r"listen to me"
)
STOP_LEADS = phrases("""
    hey, ok, okay, no, please, just, well, uh, um, oh, sorry, alright, yeah, but, can you, could you,
    excuse me
""")

_LOOK = (
    r"(?:think|check|see|look|find|grab|get|ask|verify|confirm|open|pull up|bring up|look up|look at|"
    r"look for|go get|go find|double check|write|read|dig|search|take a look|have a look|look it up|"
    r"pull it up|move)"
)
# What the caller has or knows; "let me get a refund" asks for no time.
_OWN = (
    r"(?:it|that|this|(?:my|the) (?:calendar|schedule|diary|phone|e-?mails?|card|wallet|purse|bag|glasses|"
    r"notes?|papers?|paperwork|records?|laptop|computer|pen|passport|license|keys|texts?|messages?|receipt|"
    r"letter|details|website|app|file|date|contract)|a pen|a pencil|a piece of paper|some paper|"
    r"something to write (?:with|on))"
)
_SOMEBODY = (
    r"(?:my (?:husband|wife|mom|mother|dad|father|boss|partner|manager|assistant|son|daughter|roommate|"
    r"friend|colleague|family)|him|her|them|someone|somebody)"
)
_LET_ME = (
    rf"(?:think(?: about {_OWN})?|see(?: here| if i (?:have|can find|remember)(?: [a-z']+){{0,4}})?|"
    rf"(?:double )?check(?: {_OWN}| with {_SOMEBODY})?|"
    rf"(?:find|grab|get|look for|go get|go find|dig out|pull up|bring up|open|read|verify|confirm) {_OWN}|"
    rf"ask {_SOMEBODY}|look(?: at {_OWN}| {_OWN} up| here)?|(?:have|take) a look|pull {_OWN} up|"
    rf"write {_OWN} down)"
)
_SHORT = r"(?:a|one|another|just one|just a|a quick|half a) (?:second|sec|moment|minute|min)"
WAITS = (
    r"(?:(?:please )?(?:hold|hang) on|wait|bear with me|hold the line|don'?t hang up|stay on the line|"
    rf"(?:(?:wait|hold on|hang on|give me|just|just give me|i need|i just need)[, ]+){{0,2}}{_SHORT}|"
    rf"let me (?:just |quickly |first )?{_LET_ME}|"
    rf"i(?:'ll| will| need to|'m going to| have to| gotta) (?:just )?"
    rf"(?:(?:get|grab|find|check|look for) {_OWN}|ask {_SOMEBODY}))"
)
EXCUSES = (
    r"someone'?s(?: [a-z]+){1,4}|somebody is(?: [a-z]+){1,4}|there'?s someone(?: [a-z]+){1,4}|"
    r"i'?m (?:looking|checking|getting|finding|searching|driving|opening|pulling|trying to find|almost)"
    r"(?: [a-z']+){0,5}|"
    rf"let me (?:just )?{_LOOK}(?: [a-z']+){{0,4}}|to (?:find|get|check|look|grab|think)(?: [a-z']+){{0,4}}|"
    r"i (?:just )?(?:need|have) to (?:find|get|grab|check|look|open)(?: [a-z']+){0,4}|i'?ll be right back|"
    r"while i (?:find|get|grab|check|look)(?: [a-z']+){0,4}|"
    r"my (?:phone|doorbell|dog|baby|kid)(?: [a-z']+){1,4}"
)
WAIT_LEADS = phrases("""
    oh, actually, so, alright, right, no, hey, ok, okay, um, uh, well, please, sorry, yeah, yes, just, hmm,
    can you, could you
""")
WAIT_TAILS = (
    r"please|ok|okay|thanks|thank you|(?:for )?(?:a|one|just a) (?:second|sec|moment|minute)|"
    r"real quick|first|then|thanks a lot"
)

ANSWERS = phrases("""
    yes, yeah, yep, yup, no, nope, sure, ok, okay, fine, good, great, thanks, bye, goodbye, hello, hi, hey,
    correct, right, exactly, maybe, never, please, absolutely, definitely, perfect, alright, cancel, done,
    sorry, none, nothing, everything, today, tomorrow, tonight, now, both, neither, always, sometimes,
    thank you, of course, i do, i don't, i am, i'm not, i did, i didn't, i will, i won't, it is, it isn't,
    it was, it's not, i can, i can't, i have, i haven't, they are, they aren't, we are, we do, we don't,
    that's it, that's all, that's right, i think so, i hope so, i guess so, i don't think so, not really,
    not yet, i see, got it, no problem, good morning, good afternoon, good evening, see you, never mind,
    i don't know, i'm not sure, i understand, sounds good, uh huh, uh-huh, mm-hmm, it does, it doesn't,
    he is, she is, he does, she does, i would, i should, i could, not at all, that's fine,
    that's everything, that's correct, that's great, that's ok, that's okay, it's fine, it's ok, it's okay,
    i agree, that's wrong, all good, all done, as well, me too, kind of, sort of
""")
ANSWER_LEADS = words("""
    oh um uh well ok okay yes yeah no nope sure all so hi hello sorry
""")
ANSWER_TAILS = phrases("""
    please, thanks, bye, then, sir, yes, so, very, much, there, thank you
""")
OPEN_TAILS = phrases("""
    and, but, or, because, cause, so, then, if, when, while, although, though, unless, until, since, that,
    which, who, whose, where, whether, the, a, an, my, your, his, her, their, our, its, this, these, those,
    some, any, every, another, to, of, in, on, at, for, with, from, by, about, into, between, like, than,
    as, without, under, over, through, during, before, after, is, are, was, were, be, am, i'm, it's, that's,
    there's, he's, she's, we're, they're, you're, what's, i'd, i've, i'll, we'll, you'll, can, could, will,
    would, should, may, might, must, do, does, did, have, has, had, not, don't, can't, didn't, won't, i, we,
    he, she, they, um, uh, er, erm, uhm, hmm, well, also, plus, actually, basically, just, very, really,
    too, kind, sort, want, need, wanna, gonna, think, mean, wondering, trying, called, named, say, going,
    looking, first, second, third, either, neither, how, what, why, number, name, i want, i need, i think,
    i mean, you know, i was, the thing, for example, such as, one of, let me, let's, tell me, can you,
    could you, would you, help me, show me, give me, i would like, my name, my number, my email, my address,
    the problem, can i, may i, could i, do you, i have a question, i was wondering, i'd rather, he said,
    she said, they said, i said, i have one, i have two, i have three, more than, less than, next, a few,
    a couple of, a lot of, my phone number, my order number, my account number, even, still not, no longer,
    at least, at most, first of all, in other words, for some reason, on the other hand, in case, as far as,
    as long as, as soon as, even if, even though, so that, rather, instead of, because of, due to,
    according to, along with, together with, next to, near, behind, inside, outside, across, against,
    toward, towards, upon, onto, via, per, except, including, regarding, concerning, depending on, based on,
    whether or not, if not, not only, supposed, supposed to be, used to be, about to, able, unable, saying,
    getting, having, being, making, giving, using, or maybe, and maybe, ask you something,
    ask you a question, is spelled, it's spelled, let me tell you, planning, hoping, calling, asking,
    checking on, interested, worried, haven't, hasn't, hadn't, isn't, aren't, wasn't, weren't, doesn't,
    wouldn't, couldn't, shouldn't, ain't, cannot, he'll, she'll, it'll, they'll, you've, we've, they've,
    he'd, she'd, we'd, they'd, you'd, who's, where's, how's, let's say, like this one time, the only thing,
    my question, the question, my concern, my husband, my wife, my son, my daughter, my friend, my doctor,
    my account, my card, my phone, your website, the website, the app, the guy, the lady, the person,
    the reason, the issue, the other, the same, the next, the last, the new, the old, several, many,
    both of, all of, none of, most of, some of, part of, each, such, whatever, wherever, whoever, however,
    otherwise, there were, there was, there are, there is, there were two, i was told, i was told that,
    it says, it said, says, said, told me, they told me, tells me, telling me, asked me, ask you,
    i'd like you to, i wanted, i'd want, we need, we want, is it okay, is it possible, would it be, what if,
    how about, what about, kind of like, more like, out of, up to, such a, quite, fairly, pretty, extremely,
    only one, i only
""")
CLOSED_TAILS = phrases("""
    think so, hope so, guess so, said so, believe so, come on, log on, log in, sign in, check in,
    checking in, come in, go on, carry on, hold on, turn it on, turn it off, yes i am, yes i do, yes i did,
    yes i have, yes it is, no i don't, no i didn't, no it's not, i can't, i didn't, i don't, i won't,
    of course not, why not, love to, like to know, happy to, don't want to, don't have to, do i have to,
    didn't have to, me too, you too, us too, not really, like that, like this, do that, do this, want that,
    want this, need that, need this, have that, take that, take this, mean that, about that, about this,
    of that, of this, for that, for this, with that, with this, after that, before that, how much, how many,
    how long, how come, what is it, who is it, where is it, what it is, where it is, wrong number,
    same number, your number, your name, what number, phone number, the number, tracking number, and so on,
    one of them, one of those, not yet, a lot, thinking about it, about it, as well, please, thanks,
    thank you, bye, goodbye, this one, that one, all of them, none of them, the first, the second,
    the third, what for, where to, right now, see then, back then, until then, what happened then,
    i know how, know why, tell me why, say what, do what, know what, for what, is what, over, it over,
    what they are, who you are, how you are, where you are, who they are, what you mean, what i mean,
    what do you mean, what does it mean, what does that mean, what do you think, what do you need,
    what do you want, how are you, who are you, where are you, what they do, what you do, what you want,
    what i want, what i need, all i need, all i want, about that one, there, here, out, off, up, down, back,
    again, around, all over, on it, with it, for it, of it, to it, in it, at it, by it, me, him, us, them,
    it, myself, it says so, is on, was on, is off, was off, is over, was over, is up, what to do,
    where to go, that's my address, that's my name, that's my number, that's my email, is my name,
    is my number, too much, very much, so much, as much, that much, how many people, how so, so far,
    so good, as possible, instead, too, already, anymore, either way, or something, or anything,
    or whatever, and stuff, and everything, whatsoever, at all, in total, each way, per person, the most,
    the least, the best, a bit, a little, a while, a few days, a few times, in advance, in general,
    for sure, at home, at work, by then, before then, this time, last time, next time, any time, on it too,
    it is, they are, we are, you are, i am, i do, i did, i have, you do, we do, they do, it does, it was,
    as usual, my name, your website too, on your website, on the website, on the app, in the app,
    on my account, on my phone, on my card, from my account, the same thing, the other one, the next one,
    the last one, the new one, the old one, two of us, three of us, four of us, all of us, both of us,
    one of you
""")
OPENINGS = (
    r"(?:if|when|because|since|although|even though|while|unless|once|after|before|whenever|as soon as|"
    r"let's say|every time)"
)
OPENING_LEADS = words("""
    and but so well um uh ok okay yeah yes no only just
""")
ANSWERING = (
    r",|\?|\b(?:then|do i|do you|does|can i|can you|could|would|will|should|is there|is it|are there|what|"
    r"how|where|why|please|i'd|i'll|"
    r"tell me|call me|let me know|you can|i can|we can|i want|i need)\b"
)
QUESTION = (
    r"(?:what|who|where|when|why|how|which|whose|can|could|will|would|should|shall|may|do|does|did|is|are|was|were|am|have|has|isn't|aren't|"
    r"don't|doesn't|can't)\b"
)
# Left behind by a question: where are you from.
STRANDING = frozenset(words("from for to with about like at in on of that this"))
# Whole when the recogniser put a full stop: you asked me that.
PRONOUNS = frozenset(
    words("that this these those her some any another either neither first second third too really")
)
# Announces something, but not in a question: did you get my email.
ANNOUNCED = phrases(
    "my name, my number, my email, my address, my phone number, my order number, my account number"
)

# ── the clause ───────────────────────────────────────────────────────────────────────────────────

CLAUSE_LEADS = frozenset(
    words("""
    and but so or well um uh er ok okay yeah yes no oh hi hello hey actually basically anyway also then
    please just maybe sorry right now again honestly look listen
""")
)
SUBJECTS = frozenset(
    words("""
    i you we they he she it who that this these those there everybody everyone everything nobody nothing
    somebody someone something anybody anyone anything what which
""")
)
DETERMINERS = frozenset(
    words("the a an my your our his her their its this these those that some any every each another")
)
RELATIVES = frozenset(words("who that which whose where i you we they he she"))
OBJECTS = frozenset(words("it that this him her me them us"))
FINITE = frozenset(
    words("""
    is are was were am be been has have had do does did can could will would shall should may might must
    cannot let's went came got took gave made said told found left felt kept knew thought bought brought
    paid sent spent lost sold broke spoke wrote drove ate drank fell grew hit hurt cut put read ran sat saw
    set slept stood swam taught threw understood won woke wore began became chose forgot froze heard held
    led lent met rang rode sang shut stole stuck stopped works keeps says needs wants looks sounds goes
    comes gets takes costs opens closes ends starts happens means drops stops fails crashes shows reads runs
    makes gives thinks knows likes loves hates lives stays seems feels hurts smells tastes fits matches
    covers includes depends expires leaks freezes loads plays rings tells asks wakes sleeps eats
""")
)
IMPERATIVES = frozenset(
    words("""
    send call put take give tell transfer cancel change book add check make help let go come turn remind
    email text show don't stop keep use leave try hold move charge refund connect forward update remove
    confirm repeat say speak bring pick drop deliver ship order schedule reschedule switch reset restart
    close open wait look find set sign upgrade downgrade renew activate deactivate block unblock register
    subscribe unsubscribe pay print mail ring i'll let's
""")
)
FUNCTION = frozenset(
    words("""
    and or but if because so the a an of to in on at for with from by about as than then my your our his her
    their its who which what when where how why not no yes i you we they he she it me him us them
""")
)
ADVERBS = frozenset(
    words("""
    already always never often usually still also even only ever probably possibly definitely certainly
    recently currently actually really finally almost nearly hardly barely normally generally sometimes
    frequently constantly originally previously initially simply merely mostly mainly
""")
)
# Without their object these wait for it.
TRANSITIVE = frozenset(
    words("""
    want need bought ordered purchased received got sent gave made found put brought used booked requested
    returned tried noticed mentioned thought believe suggested recommend prefer wanted needed expected hope
    hoped wish saw heard know have get buy order send add use include cover require decided promised offered
    refused managed started agreed seem seems appear tend happen think guess says
""")
)
BEFORE_YOU = frozenset(
    words("""
    that if when whether because and but or than where what how why think guess know do did can could would
    will have has are were is was since until while unless ever hope believe anything something everything
    whatever thing
""")
)
ADJECTIVES = frozenset(
    words("""
    new old big small large larger smaller bigger different better cheaper cheap good nice specific certain
    single double quick whole full free same other next last second little few more less long longer short
    red blue black white hot cold main only local real regular
""")
)
# Asked about, these need their object: do you offer.
OFFERS = frozenset(
    words("offer sell carry send give add include require accept provide bring make get take use tell show")
)
# At the end of a question, or after "whatever", these want nothing more: where are you going.
LAST_VERBS = frozenset(
    words("""
    going looking trying thinking doing saying want need mean think say have do did does see know call
    wanted said
""")
)
BE = frozenset(words("is are was were can will should"))
ASKERS = frozenset(words("what where who when why how which whose"))
KNOWING = frozenset(words("know tell me see sure ask wonder understand about remember say forgot check"))
WHATEVER = frozenset(words("if whatever wherever whenever however as all anything everything what one"))
# Whose "that" is a thing, not a clause to come.
ACTING = frozenset(
    words("""
    do want need have take like try fix change get buy use pay sign handle mean eat wear check cancel send
    return keep order did doing done said
""")
)
NAMING = frozenset(
    words("""
    is it's be was been something someone somebody one thing guy girl man woman place company
""")
)
# I've been there before, I asked you before.
BEFORE_BEFORE = frozenset(
    words("it that there here this you me him her us them been done seen ever day week month year night")
)
KIND = frozenset(words("very so too how"))
# With a negation "to" is enough after these: I didn't mean to.
WILLING = frozenset(words("want need have mean plan like intend expect try"))
