package demo

import (
	"fmt"
	"math"
)

// extraRows writes the smaller feeds about a customer.
func (co *company) extraRows(out *chunk, c *customer) {
	r := newRNG(co.Seed, streamExtra, c.i)
	co.contactRows(out, r, c)
	co.keyRows(out, c)
	co.usageRows(out, r, c)
	co.salesRows(out, r, c)
	co.projectRows(out, r, c)
	co.cancelRows(out, r, c)
	co.touchRows(out, r, c)
	co.planRows(out, c)
	for k, field := range []string{"address", "decision_maker", "contract", "network_plan", "key_dates"} {
		w := out.row("profile_fields", 0).s(c.id).s(field).flag(r.chance(0.93 - 0.03*float64(k)))
		w.dueOn(co.end.day() - 1 - r.between(1, 260)).end()
	}
}

func (co *company) contactRows(out *chunk, r rng, c *customer) {
	for n, role := range []string{"decision_maker", "user_dept", "finance"} {
		name := person(r)
		if n == 2 && !r.chance(0.5) {
			continue
		}
		w := out.row("contacts", 0)
		w.s(contactID(c, n)).s(c.id).s(name).code(role).raw("000", 8, r.IntN(100_000_000))
		w.s(fmt.Sprintf("%s@example.invalid", contactID(c, n))).dueOn(r.between(365, 11000)).end()
	}
}

func (co *company) keyRows(out *chunk, c *customer) {
	if tier := c.tierOn(co.end.day() - 1); tier > 0 && tier <= 3 {
		from := max(c.since, co.start.day()-90)
		out.row("key_accounts", 0).s(c.id).dueOn(from).none(1).s("收入与战略价值").s("S0007").end()
	}
}

// usageRows writes one figure a month: traffic with a trend, and a drop planted on a few customers.
func (co *company) usageRows(out *chunk, r rng, c *customer) {
	if len(c.services) == 0 {
		return
	}
	level := 1000 * c.size
	drop := -1
	if r.chance(0.01) {
		drop = r.IntN(len(co.months))
		if c.activeOn(co.months[drop].start) {
			out.plant("usage_drop", c.id, fmt.Sprint(co.months[drop].ym))
		}
	}
	for i, m := range co.months {
		level *= 1.006
		value := level * season(m) * math.Exp(0.06*r.NormFloat64())
		if drop >= 0 && i >= drop {
			value *= 0.45
		}
		if c.activeOn(m.start) && c.activeOn(m.end-1) {
			out.row("usage", dayStart(m.end-1)).s(c.id).ym(m.ym).s(c.services[0].product).s("流量GB").n(int64(value)).end()
		}
	}
}

// salesRows writes needs, opportunities and orders.
func (co *company) salesRows(out *chunk, r rng, c *customer) {
	n := 0
	for _, m := range co.months {
		x := r.Float64()
		if x > 0.06 {
			continue
		}
		n++
		d := r.between(m.start, m.end-1)
		if !c.activeOn(d) {
			continue
		}
		number := (c.i+1)*1000 + n
		owner := co.managerID(co.workerOn(c, d))
		won := r.chance(0.45)
		decided := d + r.between(10, 120)
		fen := int64(r.between(20, 900)) * 10000
		need := out.row("needs", dayStart(d)).raw("E", 9, number).s(c.id).when(dayStart(d) + 36000).s("走访").s("open").when(dayStart(d+2) + 50000)
		need.raw("O", 9, number).end()
		w := out.row("opportunities", dayStart(d)).raw("O", 9, number).s(c.id).s(owner).s("方案").dueOn(d).on(decided)
		switch {
		case !co.past(decided):
			w.none(1)
		case won:
			w.code("won")
		default:
			w.code(one(r, []string{"lost", "lost", "none"}))
		}
		w.n(fen).end()
		if won && co.past(decided) {
			co.orderRow(out, r, c, number, decided, fen, owner)
		}
	}
}

func (co *company) orderRow(out *chunk, r rng, c *customer, number, signed int, fen int64, owner string) {
	active := signed + r.between(2, 17)
	cancelled := 0
	if r.chance(0.05) {
		cancelled = active + r.between(5, 120)
	}
	w := out.row("orders", dayStart(signed)).raw("K", 9, number).s(c.id).s(owner).dueOn(signed).on(active).on(cancelled)
	w.s(one(r, products())).n(fen / 12).n(int64(r.between(1, 20))).flag(r.chance(0.1)).flag(r.chance(0.4)).dueOn(signed + 15).end()
}

func (co *company) projectRows(out *chunk, r rng, c *customer) {
	if c.size < 1.5 || !r.chance(0.2) {
		return
	}
	start := r.between(co.start.day(), co.end.day()-1)
	accepted := start + r.between(60, 200)
	id := fmt.Sprintf("J%06d", c.i+1)
	w := out.row("projects", 0).s(id).s(c.id).s("信息化改造项目").n(int64(r.between(5, 300)) * 1_000_000).n(10)
	if co.past(accepted) {
		w.n(int64(r.between(8, 10))).on(accepted).flag(r.chance(0.85))
	} else {
		w.n(int64(r.between(1, 7))).none(2)
	}
	w.end()
	co.projectSurvey(out, c, id, accepted)
	for k := range 3 {
		due := start + 40*(k+1)
		ms := out.row("milestones", 0).s(fmt.Sprintf("%s-%d", id, k+1)).s(id).dueOn(due)
		if r.chance(0.12) {
			ms.dueOn(due + 20).s("S0007")
		} else {
			ms.none(2)
		}
		ms.on(due + r.between(-10, 8)).end()
	}
}

// cancelRows writes requests to leave: of those who left, and of those who stayed.
func (co *company) cancelRows(out *chunk, r rng, c *customer) {
	if c.status == "cancelled" && c.mergedInto < 0 {
		co.cancelRow(out, r, c, 1, c.ended-r.between(1, 20), "lost")
	}
	if r.chance(0.12 * float64(co.Months) / 24) {
		d := r.between(co.start.day(), co.end.day()-1)
		if c.activeOn(d) && c.activeOn(d+20) {
			co.cancelRow(out, r, c, 2, d, one(r, []string{"saved", "saved", "saved", "withdrawn"}))
		}
	}
}

func (co *company) cancelRow(out *chunk, r rng, c *customer, n, d int, outcome string) {
	at := dayStart(d) + civil(r.between(9*3600, 17*3600))
	if at < co.start {
		return
	}
	notified := at + civil(r.between(600, 3*3600))
	attempt := co.clock.add(notified, r.delay(7000, 0.6, 0))
	decided := attempt + civil(r.between(3600, 10*daySeconds))
	w := out.row("cancel_requests", at).raw("Z", 8, (c.i+1)*10+n).s(c.id).when(at).when(notified)
	if r.chance(0.93) {
		w.when(attempt)
	} else {
		w.none(1)
	}
	w.s(co.managerID(co.workerOn(c, d))).s("全部").s(one(r, []string{"价格", "质量", "业务关停", "转网"}))
	if decided < w.cut {
		w.code(outcome).when(decided)
	} else {
		w.none(2)
	}
	if outcome == "saved" {
		w.n(int64(r.between(0, 20)) * 1000)
	} else {
		w.none(1)
	}
	w.end()
}

// touchRows writes calls and the service events the customer took part in.
func (co *company) touchRows(out *chunk, r rng, c *customer) {
	n := 0
	for i, m := range co.months {
		calls := r.poisson(0.5)
		for range calls {
			t, ok := co.moment(r, m)
			n++
			if !ok || !c.activeOn(t.day()) {
				continue
			}
			w := out.row("calls", t).raw("H", 10, (c.i+1)*10000+n).s(c.id).s(co.managerID(co.workerOn(c, t.day()))).when(t)
			w.n(min(3000, r.delay(160, 0.6, 0))).code(one(r, []string{"in", "out"})).none(1).end()
		}
		if d := m.start + 14; m.ym%100%3 == 2 && c.i%9 == i%9 && c.activeOn(d) {
			kind := one(r, []string{"onsite_day", "mobile_service", "demo_centre", "forum", "media", "government"})
			out.row("service_events", dayStart(d)).s(fmt.Sprintf("A%06d", m.ym)).s(c.id).code(kind).when(dayStart(d) + 33000).
				dueOn(d - 10).s("S0006").n(int64(r.between(1, 9))).none(1).end()
		}
	}
}

// planRows writes what customers of the upper levels get of their service plan: most of it.
func (co *company) planRows(out *chunk, c *customer) {
	r := newRNG(co.Seed, streamPlan, c.i)
	for _, m := range co.months {
		for n, item := range []struct {
			kind   string
			tier   int // the lowest level that gets it
			months int // how often
		}{{"customer_training", 1, 6}, {"market_info", 1, 3}, {"offer", 2, 6}, {"solution", 3, 12}} {
			d := r.between(m.start, m.end-1)
			tier := c.tierOn(m.start)
			if (m.ym%100)%item.months != 0 || tier == 0 || tier > item.tier || !c.activeOn(d) || !r.chance(0.8) {
				continue
			}
			out.row("service_events", dayStart(d)).s(fmt.Sprintf("A%06d-%d-%d", m.ym, n+1, c.i+1)).s(c.id).code(item.kind).
				when(dayStart(d) + 36000).dueOn(d - 14).s("S0006").n(int64(r.between(0, 12))).none(1).end()
		}
	}
}
