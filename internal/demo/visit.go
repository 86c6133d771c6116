package demo

// visit is one visit.
type visit struct {
	manager             int
	start, end          civil
	planned             int
	mode, contact       string
	purpose, outcome    string
	checkin, form       bool
	recorded            civil
	rejected, hasReview bool
}

// cadence returns the months of a visit window and the visits owed in it, by tier.
func cadence(tier int) (window, owed int) {
	switch tier {
	case 1:
		return 1, 1
	case 2:
		return 2, 1
	case 3:
		return 3, 1
	case 4:
		return 12, 1
	}
	return 0, 0
}

// visitor makes the visits to one customer.
type visitor struct {
	co  *company
	out *chunk
	r   rng
	c   *customer
	n   int
}

// visitRows writes the visits to a customer: about nine in ten of those owed, some more than owed, some that do not
// count, and the plans and waivers beside them.
func (co *company) visitRows(out *chunk, c *customer) {
	v := &visitor{co: co, out: out, r: newRNG(co.Seed, streamVisits, c.i), c: c}
	for i, m := range co.months {
		tier := c.tierOn(m.start)
		window, owed := cadence(tier)
		if window == 0 || !c.activeOn(m.start) || (m.ym%100-1)%window != window-1 {
			continue
		}
		first := co.months[max(0, i-window+1)].start
		v.window(i, max(first, c.since), m, owed)
	}
	v.running()
}

// running plans the visits of a window that the company has not lived through, for four customers of five.
func (v *visitor) running() {
	n := len(v.co.months)
	last := v.co.months[n-1]
	window, owed := cadence(v.c.tierOn(last.start))
	if window < 2 || v.c.i%5 == 0 || !v.c.activeOn(last.start) {
		return
	}
	passed := (last.ym%100 - 1) % window
	if passed == window-1 {
		return
	}
	first := v.co.months[max(0, n-1-passed)].start
	v.duty((v.c.i+1)*1000+n, "visit", max(first, v.c.since), last.end-1+30*(window-1-passed), owed, 0, false)
}

// window plays one visit window that ends with month m.
func (v *visitor) window(i, first int, m month, owed int) {
	co, r, c := v.co, v.r, v.c
	owner := co.workerOn(c, m.start)
	gaming := owner >= 0 && co.managers[owner].gaming
	id := (c.i+1)*1000 + i
	if r.chance(0.02) {
		v.duty(id, "visit", first, m.end-1, owed, 0, true)
		if r.chance(0.7) {
			return
		}
	} else if r.chance(0.85) {
		v.duty(id, "visit", first, m.end-1, owed, 0, false)
	}
	if r.chance(logistic(logit(0.94) + co.effectsOf(owner).Visit)) {
		for range owed {
			v.visit(first, m, gaming)
		}
	}
	if r.chance(0.12) {
		v.visit(first, m, gaming)
	}
	if r.chance(0.15) {
		kind := one(r, []string{"callback", "care", "forum", "touch"})
		done := civil(0)
		if r.chance(0.8) {
			done = dayStart(r.between(first, m.end-1)) + civil(r.between(9*3600, 17*3600))
		}
		v.duty(id+500, kind, first, m.end-1, 1, done, false)
	}
}

// day draws the day of a visit: a working day of the window; the last two days of the month where numbers are gamed.
func (v *visitor) day(first int, m month, gaming bool) int {
	if gaming {
		return m.end - 1 - v.r.IntN(2)
	}
	for range 20 {
		d := v.r.between(first, m.end-1)
		if v.co.clock.worked(d) || v.r.chance(0.03) {
			return d
		}
	}
	return first
}

func (v *visitor) visit(first int, m month, gaming bool) {
	r, co := v.r, v.co
	d := v.day(first, m, gaming)
	w := visit{manager: co.workerOn(v.c, d), mode: "onsite", checkin: r.chance(0.96), form: r.chance(0.9)}
	if w.manager < 0 || r.chance(0.01) { // a colleague stands in, or a customer of somebody else is visited
		w.manager = co.pickManager(r, v.c.region, d, w.manager)
	}
	// Half-hour appointments, so that two customers rarely claim the same manager at the same time.
	w.start = dayStart(d) + civil(9*3600+r.pick([]float64{3, 4, 5, 5, 4, 2, 0, 0, 0, 0, 3, 4, 5, 5, 5, 4, 3, 2})*1800+r.IntN(5)*60)
	w.end = w.start + civil(r.between(12, 25)*60)
	w.planned = d - r.between(0, 12)
	switch x := r.Float64(); {
	case x < 0.06:
		w.mode = "phone"
	case x < 0.10:
		w.mode = "online"
	case x < 0.12:
		w.mode = "hall"
	}
	w.contact = []string{"decision_maker", "user_dept", "finance", "other"}[r.pick([]float64{35, 40, 15, 10})]
	w.purpose, w.outcome = one(r, []string{"例行走访", "需求挖掘", "服务回访", "合同续签"}), one(r, []string{"正常", "有新需求", "有待解决问题"})
	if r.chance(0.03) {
		w.contact, w.outcome = "", ""
	}
	w.recorded = w.end + civil(r.between(600, 5*3600))
	if r.chance(0.08) { // late, perhaps in the next month
		w.recorded = co.clock.add(w.end, int64(r.between(2, 12))*workSeconds)
	}
	w.hasReview = r.chance(0.1)
	w.rejected = w.hasReview && (r.chance(0.06) || (gaming && r.chance(0.3)))
	v.write(w)
	if r.chance(0.2) { // and again within five days, mostly to see somebody else
		if w.contact == "decision_maker" {
			w.contact = "user_dept"
		} else {
			w.contact = "decision_maker"
		}
		w.start += civil(r.between(1, 4) * daySeconds)
		w.end, w.recorded = w.start+1500, w.start+7200
		v.write(w)
	}
}

func (v *visitor) id(n int) string { return string(appendID(nil, "F", 9, (v.c.i+1)*1000+n)) }

// write writes a visit into the file of the months it was recorded in.
func (v *visitor) write(w visit) {
	co := v.co
	v.n++
	if w.start >= co.end || w.recorded >= co.end || !v.c.activeOn(w.start.day()) {
		return
	}
	id := v.id(v.n)
	if w.recorded > co.clock.add(w.end, workSeconds) {
		v.out.plant("visit_recorded_late", id, "")
	}
	r := v.out.row("visits", w.recorded)
	r.s(id).s(v.c.id).s(co.managerID(w.manager)).when(w.start).when(w.end).dueOn(w.planned).code(w.mode).code(w.contact)
	r.s(w.purpose).s(w.outcome).flag(w.checkin)
	if w.form {
		r.s("D" + id[1:])
	} else {
		r.none(1)
	}
	r.when(w.recorded)
	switch {
	case w.rejected:
		r.code("rejected")
	case w.hasReview:
		r.code("ok")
	default:
		r.none(1)
	}
	r.end()
	if w.outcome == "有待解决问题" {
		due := w.start.day() + 14
		closed := co.clock.add(w.end, v.r.delay(5*workSeconds, 0.5, 0))
		i := v.out.row("visit_issues", w.start)
		i.s("I" + id[1:]).s(id).when(w.end).dueOn(due).when(closed).when(closed + 7200).end()
	}
}

// duty writes a planned duty or a waiver. Plans are made five days before their window, one in 29 when it has begun.
func (v *visitor) duty(id int, kind string, first, last, owed int, done civil, waived bool) {
	if !v.co.past(first) {
		return
	}
	planned := dayStart(first-5) + 10*3600
	if id%29 == 0 {
		planned = dayStart(first+2) + 10*3600
	}
	r := v.out.row("duties", dayStart(first))
	r.raw("T", 10, id).s(v.c.id).code(kind).dueOn(first).dueOn(last).n(int64(owed)).when(done)
	if waived {
		r.s("S0007").s(one(v.r, []string{"客户拒绝走访", "两次联系未果"})).none(1)
		v.out.plant("duty_waived", string(appendID(nil, "T", 10, id)), "")
	} else {
		r.none(2).s("S0007")
	}
	r.when(planned).end()
}
