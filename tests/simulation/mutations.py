"""Single edits of the product, each of which a simulator that is worth its name must notice."""

from tests.simulation.mutation import Mutation

ANSWERS, APPROVE = "functions.approve.answers", "functions.approve.app"
CODES, QUESTIONS = "switchboard.credentials.codes", "switchboard.ledger.questions"
GRANTS, LAPSED = "functions.approve.grants", "functions.sweep.lapsed"
ASKING, SHOWING = "switchboard.ledger.asking", "functions.deliver.asking"
TOGETHER = "functions.dispatch.together"
OPS, REPLIES = "switchboard.ledger.ops", "switchboard.ledger.replies"
TAINT, RULES = "switchboard.ledger.taint", "switchboard.rules"
RUNS, AWS = "switchboard.ledger.runs", "switchboard.cloud.aws"
FRAME, ATTEMPT = "switchboard.frame.run", "switchboard.frame.attempt"
OUTPUT, STATES = "switchboard.frame.output", "switchboard.ledger.states"
DELIVER, RENDER = "functions.deliver.app", "functions.deliver.render"
INGEST, DISPATCH = "functions.ingest.app", "functions.dispatch.app"
SWEEP, DEAD, BATCH = "functions.sweep.app", "functions.sweep.dead", "switchboard.batch"
LANES, PEOPLE = "switchboard.ledger.lanes", "switchboard.ledger.people"
REPEAT, DECISIONS = "functions.dispatch.words.repeat", "functions.dispatch.decisions"
DUES, STORAGE = "switchboard.ledger.dues", "switchboard.storage"


def _whatever(state: str) -> str:
    """The condition of a move to `state` holds whatever the row's state is."""
    return f'" OR ".join([*others, *ours, *["attribute_exists(pk)"] * (to is {state})])'


def _anybodys(ends: str) -> str:
    """Who does not hold a row may move it to where its holder may."""
    return f"ours.append(_clause(source, Who.HOLDER).replace('AND', 'OR' if {ends} else 'AND'))"


MUTATIONS = {
    # the claim
    "claim without looking at the lease": Mutation(
        STATES, 'SUCCESSOR = "lease_until < :now"', 'SUCCESSOR = "lease_until <> :now"'
    ),
    "claim whatever the state": Mutation(
        STATES, '" OR ".join([*others, *ours])', _whatever("OpState.STARTED")
    ),
    "close and release without the holder": Mutation(
        STATES,
        "ours.append(_clause(source, Who.HOLDER))",
        _anybodys("isinstance(to, OpState) and to is not source"),
    ),
    "a lease shorter than the timeout": Mutation(
        FRAME, "tool.manifest.timeout + LEASE_MARGIN", "tool.manifest.timeout / 10"
    ),
    # the order of effect and record
    "close before the effect": Mutation(
        OUTPUT,
        "            output = _asked(tool, operation, claim, call, arguments)\n",
        "            from switchboard.models import Result\n"
        "            done = Output(text=call.say('done'), tainted=False)\n"
        "            outcome = storage.keep(command, done)\n"
        "            ops.close(claim, Result(id=command.id, result=outcome), 'DONE', 0.0)\n"
        "            output = _asked(tool, operation, claim, call, arguments)\n",
    ),
    "run a once operation again": Mutation(
        ATTEMPT, "if claim.attempt > 1 and _effect(operation, command) is Effect.ONCE:", "if False:"
    ),
    "do not look downstream first": Mutation(
        OUTPUT, "            found = tool.find(name, call, arguments)", "            found = None"
    ),
    "another key on every try": Mutation(
        OUTPUT, "key=command.key,", "key=__import__('uuid').uuid4(),"
    ),
    "an unknown outcome is called a failure": Mutation(
        ATTEMPT,
        "        if effect is Effect.READ:\n",
        "        if effect in {Effect.READ, Effect.ONCE}:\n",
    ),
    "the tool asks for no grant": Mutation(
        ATTEMPT, "if asks := approval.missing(tool, operation, claim):", "if asks := None:"
    ),
    "a tainted change is claimed as any is": Mutation(
        OPS, "[taint.trusted_item(meta)] if wary(op.command) else []", "[]"
    ),
    "a tainted call is not asked about": Mutation(RULES, "(tainted and acts)", "False"),
    "all steps of a message are its person's own": Mutation(
        TAINT, "len(calls) - len(again)", "len(calls)"
    ),
    "nothing taints a run that it begins with": Mutation(
        TAINT, "came_with(envelope) + again}", "came_with(envelope)}"
    ),
    # questions
    "the grant is for another call": Mutation(
        GRANTS, '"op_id": str(id_)', '"op_id": str(asked.id)'
    ),
    "the grant expires at once": Mutation(GRANTS, "SECONDS = 120", "SECONDS = -120"),
    "the sweep forgets questions": Mutation(
        DUES, 'if versions.kind_of(row) == "question":', "if False:"
    ),
    "a wrong code is a right one": Mutation(
        CODES,
        "        if step := right_step(secret.seed, code, now, factor.last_step):\n",
        "        if step := int(now // 30):\n",
    ),
    "a no is taken for a yes": Mutation(ANSWERS, "yes = said.word == YES", "yes = True"),
    "silence is told to nobody": Mutation(
        LAPSED, "[replies.ready_item(id_, 0, replies.to_asker(meta, told), now)]", "[]"
    ),
    "what is asked about has no question": Mutation(
        OPS, "[*asking.settle_items(command, asked, now)] or [[]]", "[[]]"
    ),
    "what is approved has no place in its lane": Mutation(
        APPROVE, "Planned(one, changes=True)", "Planned(one, changes=False)"
    ),
    "what is approved is not planned": Mutation(
        APPROVE, "[Planned(one, changes=True) for one in granted]", "()"
    ),
    # questions about several calls
    "no call is the last of its question": Mutation(ASKING, "settled < :last", "settled <= :last"),
    "a question is asked before its last call has ended": Mutation(
        ASKING, "asked, count - 1, now", "asked, count - 2, now"
    ),
    "a call that is not asked about is not counted": Mutation(
        ASKING, "    if count > 1:\n", "    if count > 1 and asked is not None:\n"
    ),
    "a question is asked, and told to nobody": Mutation(
        ASKING, "yield [move, _answer_item(command, now)]", "yield [move]"
    ),
    "each call is a question of its own": Mutation(TOGETHER, "together=count", "together=1"),
    "a question shows its first call alone": Mutation(
        SHOWING, "enumerate(question.calls, 1)", "enumerate(question.calls[:1], 1)"
    ),
    "a call is granted that its question did not show": Mutation(
        GRANTS, "_granted(one, step,", "_granted(question.calls[0], step,"
    ),
    "a yes runs the first call alone": Mutation(
        ANSWERS,
        "given.envelope, given.person.id, given.now)\n",
        "given.envelope, given.person.id, given.now)[:1]\n",
    ),
    "one grant for all calls of a question": Mutation(
        GRANTS, '"jti": table.unique()', '"jti": str(yes.id)'
    ),
    # the lane
    "start though not at the head of the lane": Mutation(
        LANES, 'f"ops[0] = :op AND', 'f"(ops[0] = :op OR attribute_exists(ops)) AND'
    ),
    "never leave the lane": Mutation(
        OPS, "[] if place is None else [lanes.leave_item(meta, place)]", "[]"
    ),
    "nobody tells the next in the lane": Mutation(FRAME, "if following is not None:", "if False:"),
    "a failed message is overtaken": Mutation(
        BATCH, "        if group not in waits:\n", "        if True:\n"
    ),
    # one transaction
    "no answer with the outcome": Mutation(
        OPS,
        "items.append(replies.ready_item(meta.run, meta.step, replies.to_asker(meta, told), now))",
        "pass",
    ),
    "no record of the outcome": Mutation(
        OPS,
        "audits = [audit.outcome(command, state.value, now)]",
        "audits: list[audit.Record] = []",
    ),
    "no record of the intent": Mutation(
        RUNS, "    items += [audit_item(entry) for entry in audits]\n", ""
    ),
    "what ended stays due": Mutation(
        OPS,
        "move = states.move(_where(claim.command), state, ENDED, holder=claim.holder)",
        'move = states.move(_where(claim.command), state, "", holder=claim.holder)',
    ),
    "no run is closed with its last call": Mutation(
        RUNS,
        "        yield [last]\n",
        "        yield [states.table.update(last['Update']['Key'],"
        " 'ADD pending :less', '', less=-1)]\n",
    ),
    # each message once, and at least once
    "no row that knows the message": Mutation(
        RUNS, "items = [table.put(row), *(", "items = [table.put(row, new=False), *("
    ),
    "a random id for each webhook": Mutation(
        "switchboard.channels.web.receive",
        'id=envelope_id("web", self._account, sub, str(body.id)),',
        'id=__import__("uuid").uuid4(),',
    ),
    "one copy in the Inbox": Mutation(INGEST, "\nCOPIES = 2\n", "\nCOPIES = 1\n"),
    "a failed message is deleted": Mutation(
        BATCH, '{"batchItemFailures": failures}', '{"batchItemFailures": []}'
    ),
    "no hint after the commit": Mutation(
        DISPATCH, "    if fresh:\n        _hint", "    if False:\n        _hint"
    ),
    "calls are not swept": Mutation(
        SWEEP, "        queues.run_tool(one.command)\n", "            pass\n"
    ),
    "answers are not swept": Mutation(
        SWEEP, "            queues.push(one.hint, one.lane)\n", "            pass\n"
    ),
    # answers
    "push whatever the state": Mutation(
        STATES, '" OR ".join([*others, *ours])', _whatever("ReplyState.SENDING")
    ),
    "settle without the holder": Mutation(
        STATES,
        "ours.append(_clause(source, Who.HOLDER))",
        _anybodys("isinstance(to, ReplyState) and to is not source"),
    ),
    # storage
    "results may be overwritten": Mutation(
        AWS, '{"content-type": media_type, "if-none-match": "*"}', '{"content-type": media_type}'
    ),
    # stop, caps, and what is not known to be done
    "a stop of the conversation is overlooked": Mutation(
        LANES, 'f"ops[0] = :op AND {NOT_STOPPED}"', '"ops[0] = :op"'
    ),
    "a stop of the workspace is overlooked": Mutation(
        OPS, "lanes.turn_item(meta), stops.not_stopped_item(meta.lane)", "lanes.turn_item(meta)"
    ),
    "caps are read, then written": Mutation(
        PEOPLE,
        "    move = table.upsert(where, change, condition, expires=expires, **spent, **room)\n",
        """    found = table.read(f"usage#{person}", day) or {}
    fits = all(table.whole(found.get(name, 0)) <= room[f"room_{name}"] for name in spent)
    condition = "" if fits else "attribute_exists(never)"
    move = table.upsert(where, change, condition, expires=expires, **spent)
""",
    ),
    "a call is repeated by whoever asks": Mutation(
        REPEAT, "guards=(refs.repeat_guard(ended, case.envelope.id),)", "guards=()"
    ),
    "a repetition has a key of its own": Mutation(
        REPEAT, "repeats = ended.command if again else None", "repeats = None"
    ),
    "what is too old is run": Mutation(
        ATTEMPT, "if claim.changes and _is_stale(command, now):", "if False:"
    ),
    "dead letters are dropped": Mutation(
        DEAD,
        "_empty(settings.inbox_dead_url, partial(_message, now), counts)",
        "_empty(settings.inbox_dead_url, lambda message: None, counts)",
    ),
    "a dead letter goes before it is buried": Mutation(
        DEAD,
        """                    take(message)
                    delete = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
                    aws.call("sqs", "DeleteMessage", delete)
""",
        """                    delete = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
                    aws.call("sqs", "DeleteMessage", delete)
                    take(message)
""",
    ),
    "whoever waits behind a poisoned message is buried with it": Mutation(
        BATCH, "tries.note(body, time.time()) >= MAX_TRIES", "_received(record) > MAX_TRIES"
    ),
    # vendors that ask to wait, people who change, long memories and long words
    "a vendor that asked to wait is called by the next hint": Mutation(
        STATES, "(attribute_not_exists(not_before) OR not_before <= :now)", "(:now = :now)"
    ),
    "a vendor is called as soon as it may be": Mutation(
        ATTEMPT, "time.time() + error.retry_after", "time.time() + 1.0"
    ),
    "what was turned away is called in doubt": Mutation(
        ATTEMPT, "        if isinstance(error, RateLimitedError):\n", "        if False:\n"
    ),
    "a change runs for whoever the sender is now": Mutation(
        PEOPLE, 'f"person = :actor AND', 'f"(person = :actor OR attribute_exists(person)) AND'
    ),
    "a change runs for who may do less by now": Mutation(
        PEOPLE, 'AND ({either})"', 'AND ({either} OR attribute_exists(person))"'
    ),
    "a repetition forgets when the first was asked for": Mutation(
        DECISIONS,
        "began_at=first.first_asked_at if first else 0.0,",
        "began_at=case.now if first else 0.0,",
    ),
    "the rest of a long answer is dropped": Mutation(
        STORAGE, "        files = (keep_text(command.id, output.text), *files)\n", ""
    ),
    "a reply may be as long as it is": Mutation(
        REPLIES, "    if len(answer) > MAX_BYTES:\n", "    if False:\n"
    ),
    "who waits for a busy function is hinted every minute": Mutation(
        DUES, "table.HINT_SECONDS * 2.0**one.hints", "table.HINT_SECONDS"
    ),
    "a push that may have arrived is forgotten": Mutation(
        REPLIES, "less=-1 if refused else 0,", "less=-1,"
    ),
    "what a platform refuses of an answer is given up": Mutation(
        DELIVER, "        less = render.less(part, reply, sender)\n", "        less = []\n"
    ),
    "nobody is told that an answer is not shown": Mutation(
        RENDER, "    if is_last(part):\n", "    if part.plain:\n"
    ),
    "hint before the commit": Mutation(
        DISPATCH,
        "        fresh = _commit(case, decision)\n    except people.StalePersonError",
        "        _hint(case, decision)\n"
        "        fresh = _commit(case, decision) and False\n"
        "    except people.StalePersonError",
    ),
}
