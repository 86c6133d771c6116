package demo

import "slices"

// The reasons of a pause. Only the first stops the clock.
const (
	waitCustomer = "待客户"
	waitUnit     = "待其他部门"
)

// The median working seconds from the creation to the first response, by severity, and to the solution, by kind.
func medianResponse(severity string) float64 {
	switch severity {
	case "urgent":
		return 700
	case "high":
		return 2400
	}
	return 4200
}

func medianSolution(kind string) float64 {
	switch kind {
	case "consult":
		return 9000
	case "fault":
		return 9500
	case "complaint":
		return 21000
	case "request":
		return 31000
	}
	return 36000
}

// The spreads of the log-logistic delays.
const (
	spreadResponse = 0.45
	spreadSolution = 0.50
)

// worker plays one case through.
type worker struct {
	co     *company
	r      rng
	k      *kase
	actor  string
	gaming bool
	urgent bool
	now    civil
}

// work plays a case from its creation to its end.
func (co *company) work(r rng, k *kase) {
	w := &worker{co: co, r: r, k: k, actor: co.managerID(k.owner), urgent: k.severity == "urgent", now: k.created}
	w.gaming = k.owner >= 0 && co.managers[k.owner].gaming
	if r.chance(0.5) && (k.channel == "热线" || k.channel == "微信") {
		w.add(event{at: k.created + civil(r.between(1, 9)), typ: "respond", actor: "AUTO", auto: true})
	}
	e := co.effectsOf(k.owner)
	delay := r.delay(medianResponse(k.severity), spreadResponse, e.Response)
	k.active = max(r.delay(medianSolution(k.kind)*severityFactor(k.severity), spreadSolution, e.Resolution), delay+600)
	k.inTime = k.active < 2*int64(medianSolution(k.kind)) && delay < 3*int64(medianResponse(k.severity))
	if r.chance(0.007) { // forgotten: nobody ever did anything
		return
	}
	if r.chance(0.01) {
		w.pause(waitCustomer, int64(r.between(3600, 8*3600)))
	}
	answered := w.respond(delay)
	w.plan()
	if !w.solve(k.active - delay) {
		return
	}
	w.resolve(answered)
	w.reopen()
	w.finish()
}

func severityFactor(severity string) float64 {
	switch severity {
	case "urgent":
		return 0.4
	case "high":
		return 0.7
	}
	return 1
}

// add appends an event; two events of one kind never share an instant.
func (w *worker) add(e event) civil {
	for slices.ContainsFunc(w.k.events, func(o event) bool { return o.at == e.at && o.typ == e.typ }) {
		e.at++
	}
	w.k.events = append(w.k.events, e)
	return e.at
}

// pass lets working seconds go by (seconds of the wall clock when the case is urgent).
func (w *worker) pass(seconds int64) civil {
	if w.urgent {
		w.now += civil(max(seconds, 0))
	} else {
		w.now = w.co.clock.add(w.now, seconds)
	}
	return w.now
}

// do appends an event of the manager now.
func (w *worker) do(typ string) { w.now = w.add(event{at: w.now, typ: typ, actor: w.actor}) }

// respond gives the first answer by a person, or none: then the solution is the first word.
func (w *worker) respond(delay int64) bool {
	r, k := w.r, w.k
	if r.chance(0.03) && !w.urgent { // answered by telephone first
		k.call = w.co.clock.add(w.now, delay/3)
	}
	if r.chance(0.02) {
		w.pass(delay)
		return false
	}
	outside := !w.co.clock.worked(k.created.day()) || k.created.inDay() < morning || k.created.inDay() >= 64800
	switch {
	case outside && r.chance(0.15): // somebody on night duty answers at once
		w.now = max(w.now, k.created) + civil(r.between(120, 5400))
		w.now = w.add(event{at: w.now, typ: "respond", actor: dutyDesk})
	case r.chance(0.03): // exactly at a round number of hours
		w.pass(int64(one(r, []int{3600, 7200, 14400, 28800})))
		w.do("respond")
	default:
		if r.chance(0.05) {
			w.add(event{at: w.co.clock.add(w.now, delay/2), typ: "note", actor: w.actor, silent: true})
		}
		w.pass(delay)
		w.do("respond")
	}
	k.response = w.now
	return true
}

// plan keeps the times of requests that need a plan, and the promise made to the customer.
func (w *worker) plan() {
	r, k := w.r, w.k
	if k.kind == "complaint" || (k.kind == "request" && r.chance(0.3)) {
		k.promised = w.co.clock.add(w.now, int64(r.between(2, 6))*workSeconds/2)
	}
	if k.kind != "request" || !r.chance(0.15) {
		return
	}
	k.confirmed = w.co.clock.add(w.now, int64(r.between(1800, 27000)))
	k.planned = w.co.clock.add(k.confirmed, r.delay(40000, 0.5, 0))
	k.reviewed = w.co.clock.add(k.planned, int64(r.between(3600, 30000)))
	if r.chance(0.9) {
		k.agreed = w.co.clock.add(k.reviewed, int64(r.between(3600, 60000)))
	}
	w.add(event{at: k.planned, typ: "plan", actor: w.actor})
}

// solve lets the work take its time, with pauses, hand-offs and progress reports; false when it never ends.
func (w *worker) solve(left int64) bool {
	r := w.r
	share, silent := 0.15, 0.04
	if w.gaming {
		share, silent = 0.55, 0
	}
	if r.chance(share) {
		w.pass(left / 3)
		left -= left / 3
		if r.chance(0.012) { // paused and never taken up again
			w.do("pause")
			w.k.events[len(w.k.events)-1].reason = waitCustomer
			return false
		}
		w.pause(waitCustomer, r.delay(16000, 0.5, 0))
	} else if r.chance(silent) {
		w.pass(left / 3)
		left -= left / 3
		w.pause(waitUnit, r.delay(16000, 0.5, 0))
	}
	if r.chance(0.15) {
		w.handOff(left / 3)
		left -= left / 3
	}
	if r.chance(0.03) {
		w.pass(left / 4)
		left -= left / 4
		to := w.co.managers[r.IntN(len(w.co.managers))].id
		w.now = w.add(event{at: w.now, typ: "transfer", actor: w.actor, to: to, silent: true, reason: "转办"})
	}
	for left > 8*3600 && len(w.k.events) < 25 {
		step := int64(r.between(2*3600, 8*3600))
		w.pass(step)
		left -= step
		w.do("progress")
	}
	w.pass(left)
	return !r.chance(0.008)
}

// pause stops the work for working seconds; now and then the pause is entered twice, or the resume is forgotten.
func (w *worker) pause(reason string, seconds int64) {
	w.do("pause")
	w.k.events[len(w.k.events)-1].reason = reason
	if w.r.chance(0.06) {
		w.pass(seconds / 4)
		seconds -= seconds / 4
		w.do("pause")
		w.k.events[len(w.k.events)-1].reason = reason
	}
	w.pass(seconds)
	if !w.r.chance(0.02) {
		w.do("resume")
	}
}

// handOff gives the case to a unit and gets it back.
func (w *worker) handOff(seconds int64) {
	unit := one(w.r, []string{"U0004", "U0005", "U0006"})
	w.now = w.add(event{at: w.now, typ: "handoff", actor: w.actor, unit: unit, silent: true})
	w.pass(seconds)
	w.now = w.add(event{at: w.now, typ: "handback", actor: "S0003", unit: unit, silent: true})
}

// resolve ends the work for the first time.
func (w *worker) resolve(answered bool) {
	r, k := w.r, w.k
	if w.gaming {
		w.wait()
	}
	w.do("resolve")
	k.resolution = "solved"
	switch x := r.Float64(); {
	case x < 0.015:
		k.resolution = "impossible"
	case x < 0.03:
		k.resolution = "given_up"
	case x < 0.04:
		k.resolution = "withdrawn"
	case x < 0.06 && !answered:
		k.resolution = "self_service"
	}
	k.resolved = w.now
}

// wait lets the gaming manager hold back the resolve of most faults that never waited until minutes before the deadline, which
// counts around the clock (rules.yaml).
func (w *worker) wait() {
	limit := map[string]civil{"normal": daySeconds, "high": 8 * 3600, "urgent": 4 * 3600}[w.k.severity]
	until := w.k.created + limit - civil(w.r.between(2*60, 12*60))
	paused := slices.ContainsFunc(w.k.events, func(e event) bool { return e.typ == "pause" })
	if w.k.kind == "fault" && !paused && w.now < until && w.r.chance(0.8) {
		w.now = until
	}
}

// reopen plays what comes back: within the week, later, more than once, or within the hour where numbers are gamed.
func (w *worker) reopen() {
	r, k := w.r, w.k
	if w.gaming && r.chance(0.25) {
		w.now += civil(r.between(300, 3300))
		w.again(k.active)
		return
	}
	for n := 0; n < 3; n++ {
		switch x := r.Float64(); {
		case x < 0.045:
			w.now += civil(r.between(3600, 7*daySeconds-1))
		case x < 0.05: // just inside and just outside the seven days
			w.now = dayStart(w.now.day()+7+n%2) + civil(r.between(0, daySeconds-1))
		case x < 0.06:
			w.now += civil(r.between(8*daySeconds, 25*daySeconds))
		default:
			return
		}
		w.again(k.active / 2)
	}
}

// again reopens the case and solves it once more.
func (w *worker) again(active int64) {
	w.now = w.add(event{at: w.now, typ: "reopen", actor: w.k.receiver, reason: one(w.r, []string{"未修复", "待客户"})})
	w.pass(active)
	w.do("resolve")
	w.k.resolved, w.k.reopened = w.now, true
}

// finish closes the case and calls the customer back about a complaint.
func (w *worker) finish() {
	r, k := w.r, w.k
	if k.kind == "complaint" && r.chance(0.85) {
		t := w.co.clock.add(k.resolved, r.delay(14000, 0.5, 0))
		k.callbackResult = []string{"satisfied", "unsatisfied", "unsolved", "unreached", "refused"}[r.pick([]float64{70, 10, 5, 12, 3})]
		if k.callbackResult == "unreached" {
			for range 3 {
				t = w.add(event{at: t, typ: "callback_try", actor: "S0004"})
				t = w.co.clock.add(t, workSeconds/2)
			}
		} else {
			t = w.add(event{at: t, typ: "callback_ok", actor: "S0004"})
		}
		k.callback = t
		w.now = max(w.now, t)
	}
	if r.chance(0.93) {
		w.now = max(w.now, k.resolved) + civil(r.between(daySeconds, 5*daySeconds))
		k.closed = w.add(event{at: w.now, typ: "close", actor: "S0001", silent: true})
	}
}
