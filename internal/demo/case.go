package demo

import (
	"math"
	"slices"
)

// event is one event of a case.
type event struct {
	at     civil
	typ    string
	actor  string
	auto   bool
	unit   string
	to     string
	silent bool // the customer does not see it
	reason string
}

// kase is one case with its whole history, whatever of it lies after the last month.
type kase struct {
	id, kind, category, severity, channel string
	created                               civil
	owner                                 int // who worked it when it was created, -1 = the duty desk
	initiated                             string
	receiver, unit, department            string
	response                              civil
	call                                  civil // a call to the customer before the first written answer
	promised                              civil
	confirmed, planned, reviewed, agreed  civil
	resolution                            string
	resolved                              civil // by the last resolve
	closed                                civil
	callback                              civil
	callbackResult                        string
	dupOf, mergedInto, invalid            string
	markedAt                              civil
	test, regulator, late, twice          bool
	recoded                               civil
	survey                                string
	inTime                                bool // worked quickly: what the gaming manager looks at before sending a survey
	reopened                              bool
	active                                int64 // working seconds that the solution took
	events                                []event
}

// caseID numbers the cases of a customer.
func (c *customer) caseID() string {
	c.cases++
	return string(appendID(nil, "W", 10, (c.i+1)*10000+c.cases))
}

// season is the volume of a month of the year against the average: little around the Spring Festival, much before the
// end of a year.
func season(m month) float64 {
	shape := [...]float64{0.95, 0.92, 1.08, 1.02, 0.97, 1.0, 1.06, 1.04, 1.03, 0.94, 1.08, 1.12}
	return shape[m.ym%100-1]
}

// moment draws when in a month something happens: by the weight of the days, then by the hours of a day. ok is false
// when the day drawn is a quiet one, so that short and festive months have fewer cases.
func (co *company) moment(r rng, m month) (t civil, ok bool) {
	d := m.start + r.IntN(m.end-m.start)
	date := dayStart(d).time()
	weight := 0.22
	if co.clock.worked(d) {
		weight = [...]float64{0.9, 1.15, 1.05, 1, 1, 0.95, 0.9}[date.Weekday()]
	} else if since := d - civilOf(newYear(date.Year())).day(); since >= -1 && since <= 6 {
		weight = 0.07
	}
	if !r.chance(weight / 1.15) {
		return 0, false
	}
	hours := []float64{1, 1, 1, 1, 1, 2, 4, 12, 40, 62, 60, 44, 14, 20, 50, 58, 52, 38, 16, 12, 9, 6, 4, 2}
	s := r.pick(hours)*3600 + r.IntN(3600)
	switch x := r.Float64(); {
	case x < 0.03: // written down as a full or half hour: opening and closing instants too
		s -= s % 1800
	case x < 0.25:
		s -= s % 60
	}
	return dayStart(d) + civil(s), true
}

// casesOf draws the cases of a customer in the order of their creation, the follow-ups of surveys not among them.
func (co *company) casesOf(c *customer) []*kase {
	r := newRNG(co.Seed, streamCases, c.i)
	var all []*kase
	for _, m := range co.months {
		mean := co.CasesPerMonth * math.Pow(c.size, 0.7) / 1.219 * season(m) / 0.62
		for range r.poisson(mean) {
			t, ok := co.moment(r, m)
			if !ok || !c.activeOn(t.day()) {
				continue
			}
			all = append(all, co.newCase(r, c, t))
		}
	}
	slices.SortStableFunc(all, func(a, b *kase) int { return int(a.created - b.created) })
	for _, k := range all {
		k.id = c.caseID()
		co.work(r, k)
		co.keepInformed(k)
	}
	co.mark(r, all)
	return all
}

// newCase draws what is known when a case is opened.
func (co *company) newCase(r rng, c *customer, t civil) *kase {
	kinds := []string{"request", "consult", "fault", "complaint", "feedback"}
	k := &kase{
		created: t, kind: kinds[r.pick([]float64{38, 22, 18, 16, 6})], severity: "normal", initiated: "customer",
		owner: co.workerOn(c, t.day()), channel: one(r, channels()),
	}
	k.category = one(r, categories(k.kind))
	switch x := r.Float64(); {
	case x < 0.05:
		k.severity = "urgent"
	case x < 0.22:
		k.severity = "high"
	}
	switch x := r.Float64(); {
	case x < 0.03:
		k.initiated = "manager"
	case x < 0.045:
		k.initiated = "system"
	}
	k.unit = "U0002"
	k.receiver = string(appendID(nil, "S", 4, 2+r.IntN(staffCount-1)))
	if k.channel == "客户经理" {
		k.unit, k.receiver = "U0001", co.managerID(k.owner)
	}
	if r.chance(0.03) {
		k.department = "U0006"
	}
	k.test = r.chance(0.003)
	if r.chance(0.012) {
		k.invalid = one(r, []string{"误报", "信息不全", "非本公司业务"})
		k.markedAt = t + civil(r.between(600, 3*daySeconds))
	}
	if k.kind == "complaint" && r.chance(0.03) {
		k.recoded = t + civil(r.between(1800, 2*daySeconds))
	}
	k.regulator = k.kind == "complaint" && r.chance(0.01)
	k.late, k.twice = r.chance(0.002), r.chance(0.0005)
	return k
}

// mark merges and duplicates cases of one customer. No chain is made: a survivor is never merged itself.
func (co *company) mark(r rng, all []*kase) {
	target := map[string]bool{}
	for i, k := range all {
		x, y := r.Float64(), r.Float64()
		if len(all) < 2 || target[k.id] || k.invalid != "" {
			continue
		}
		share := 0.013
		if k.owner >= 0 && co.managers[k.owner].gaming && !k.inTime {
			share = 0.12 // late cases vanish into newer ones
		}
		j := i - 1
		if i == 0 || (y < 0.3 && i+1 < len(all)) || (share > 0.1 && i+1 < len(all)) {
			j = i + 1
		}
		other := all[j]
		if other.dupOf != "" || other.mergedInto != "" || other.invalid != "" {
			continue
		}
		switch {
		case x < share:
			k.mergedInto = other.id
		case x < share+0.01 && j < i:
			k.dupOf = other.id
		default:
			continue
		}
		target[other.id] = true
		k.markedAt = max(k.created, other.created) + civil(r.between(600, 2*daySeconds))
		k.stop(k.markedAt)
	}
}

// stop ends the work on a case that was merged or found to be a duplicate.
func (k *kase) stop(t civil) {
	k.events = slices.DeleteFunc(k.events, func(e event) bool { return e.at >= t })
	if k.response >= t {
		k.response = 0
	}
	if k.call >= t {
		k.call = 0
	}
	if k.callback >= t {
		k.callback, k.callbackResult = 0, ""
	}
	k.resolved, k.closed = 0, 0
	k.events = append(k.events, event{at: t, typ: "close", actor: "S0001", silent: true})
	k.closed = t
}

// changes returns the times at which the row of the case changed after its creation.
func (k *kase) changes() []civil {
	times := []civil{k.markedAt, k.recoded, k.confirmed, k.planned, k.reviewed, k.agreed}
	for _, e := range k.events {
		times = append(times, e.at)
	}
	return times
}

// asOf returns when the case was resolved, closed and last reopened as known at a time.
func (k *kase) asOf(cut civil) (resolved, closed, reopened civil) {
	for _, e := range k.events {
		if e.at >= cut {
			continue
		}
		switch e.typ {
		case "resolve":
			resolved = max(resolved, e.at)
		case "close":
			closed = max(closed, e.at)
		case "reopen":
			reopened = max(reopened, e.at)
		}
	}
	if resolved <= reopened {
		resolved = 0
	}
	if closed <= reopened {
		closed = 0
	}
	return resolved, closed, reopened
}
