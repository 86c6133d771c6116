package demo

import (
	"slices"
	"strconv"
)

// What is done for a customer around the solution of a case: progress reports, the confirmation of a follow-up, the
// questionnaire after a project. Each draws from sub-seeds of its own, so that the cases themselves do not depend on it.

// number is the running number in the id of a case.
func (k *kase) number() int {
	n, _ := strconv.Atoi(k.id[1:])
	return n
}

// keepInformed reports the progress of complaints and faults to the customer from the first response to the solution: of
// faults every three to four hours, by night the duty desk does it; of complaints once on a working day. Some reports
// are left out.
func (co *company) keepInformed(k *kase) {
	solved := slices.IndexFunc(k.events, func(e event) bool { return e.typ == "resolve" })
	if k.response == 0 || solved < 0 || (k.kind != "fault" && k.kind != "complaint") {
		return
	}
	until := k.events[solved].at
	r := newRNG(co.Seed, streamUpdates, k.number())
	w := worker{co: co, r: r, k: k, actor: co.managerID(k.owner)}
	for at := k.response; ; {
		if k.kind == "fault" {
			at += civil(r.between(3*3600, 4*3600-60))
		} else {
			at = co.clock.add(at, int64(r.between(workSeconds*2/3, workSeconds)))
		}
		if at >= until || len(k.events) > 60 {
			return
		}
		if !r.chance(0.88) {
			continue
		}
		actor := w.actor
		if !co.clock.worked(at.day()) || at.inDay() < morning || at.inDay() >= 64800 {
			actor = dutyDesk
		}
		w.add(event{at: at, typ: "progress", actor: actor})
	}
}

// confirm calls the customer back about a follow-up that was worked off.
func (co *company) confirm(k *kase) {
	r := newRNG(co.Seed, streamUpdates, k.number())
	if k.resolved == 0 || !r.chance(0.8) {
		return
	}
	w := worker{co: co, r: r, k: k}
	at := co.clock.add(k.resolved, r.delay(9000, 0.5, 0))
	k.callbackResult = []string{"satisfied", "unsatisfied", "unreached"}[r.pick([]float64{80, 9, 11})]
	if k.callbackResult == "unreached" {
		for range 3 {
			at = w.add(event{at: at, typ: "callback_try", actor: "S0004"})
			at = co.clock.add(at, workSeconds/2)
		}
	} else {
		at = w.add(event{at: at, typ: "callback_ok", actor: "S0004"})
	}
	k.callback = at
}

// projectSurvey asks the customer about a project after its acceptance, mostly within a month.
func (co *company) projectSurvey(out *chunk, c *customer, project string, accepted int) {
	r := newRNG(co.Seed, streamProjects, c.i)
	if !co.past(accepted) || !r.chance(0.85) {
		return
	}
	s := survey{
		id: "X" + project[1:], project: project, kind: "relationship", metric: "csat", unit: "U0003", low: 1, high: 5, delivery: delivery(r),
		sent: dayStart(accepted+r.between(3, 36)) + civil(r.between(9*3600, 17*3600)), contact: contactID(c, 0),
	}
	if s.delivery == "delivered" && r.chance(0.6) {
		s.answered, s.score = s.sent+civil(3600+r.ExpFloat64()*3*daySeconds), r.between(3, 5)
	}
	co.surveyRow(out, c, s)
}
