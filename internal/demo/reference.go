package demo

import "fmt"

// staffCount is how many people outside the key-account department appear in the files: S0001..S0009.
const staffCount = 9

// referenceRows writes what belongs to no customer and no manager.
func (co *company) referenceRows(out *chunk) {
	units := []struct{ id, name, kind, parent string }{
		{"U0001", "政企客户部", "branch", ""}, {"U0002", "中心营业厅", "hall", "U0001"}, {"U0003", "客户服务热线", "hotline", "U0001"},
		{"U0004", "集客响应中心", "response_centre", "U0001"}, {"U0005", "支撑中心", "support", "U0001"},
		{"U0006", "网络维护中心", "network", ""}, {"U0007", "产品中心", "product", ""}, {"U0008", "市场部", "market", ""},
	}
	for _, u := range units {
		out.row("org_units", 0).s(u.id).s(u.name).code(u.kind).s(u.parent).s("全市").end()
	}
	for _, t := range []struct {
		kpi, value, floor, stretch string
	}{
		{"A1", "0.90", "0.70", "0.97"}, {"A2", "80", "60", "90"}, {"A3", "30", "0", "60"}, {"A5", "0.35", "0.15", "0.5"},
		{"A6", "0.6", "0.1", "0.9"}, {"B1", "0.95", "0.75", "0.99"}, {"B2", "7200", "14400", "3600"}, {"C1", "0.92", "0.65", "0.98"},
		{"C2", "0.96", "0.85", "0.99"}, {"C3", "28800", "57600", "14400"}, {"D1", "20", "40", "10"}, {"D3", "0.8", "0.4", "0.95"},
		{"D4", "0.9", "0.7", "0.97"}, {"F1", "0.95", "0.65", "1"}, {"G1", "0.98", "0.9", "1"}, {"G2", "0.96", "0.85", "1"},
		{"G3", "1", "0.85", "1.1"}, {"H1", "0.5", "0.2", "0.8"}, {"I1", "0.95", "0.8", "0.99"}, {"I2", "0.6", "0.2", "0.9"},
		{"J1", "1", "0.4", "1.5"}, {"K1", "0.05", "0", "0.12"}, {"K2", "0.02", "-0.05", "0.08"}, {"L1", "0.8", "0.6", "0.95"}, {"L1.attitude", "0.8", "0.6", "0.95"},
		{"L2", "0.95", "0.7", "1"}, {"M1", "0.95", "0.6", "1"}, {"M1.passed", "0.9", "0.6", "1"}, {"M3", "0.95", "0.7", "1"},
	} {
		out.row("targets", 0).s(t.kpi).s("*").s("company").s(t.value).s(t.floor).s(t.stretch).end()
	}
	for _, m := range co.managers {
		volume := 400_000 + 20_000*(len(m.id)+m.team)
		out.row("targets", 0).s("J1.volume").s("*").s("manager:" + m.id).n(int64(volume)).none(2).end()
	}
	for y := co.months[0].ym / 100; y <= co.months[len(co.months)-1].ym/100; y++ {
		day := fmt.Sprintf("%04d-10-01", y)
		out.row("calendar_days", 0).s(day).code("holiday").none(1).s("国庆节").none(1).end()
	}
	co.printRows(out)
	co.slipRows(out)
}

// slipRows writes what the hall owes the managers: a slip a day on some days of each month, by six on the day after.
func (co *company) slipRows(out *chunk) {
	r := newRNG(co.Seed, streamReference, co.Customers+1)
	for i, m := range co.months {
		for k := range 4 {
			due := dayStart(m.start+5*k+3) + 18*3600
			out.row("reports_due", due).s(fmt.Sprintf("U0002-L%03d%d", i, k)).code("hall_slip").s("U0002").code("unit").due(due).
				when(due + civil(r.between(-daySeconds, 2*3600))).end()
		}
	}
}

// printRows writes the register of call-detail prints, with some that were never registered.
func (co *company) printRows(out *chunk) {
	r := newRNG(co.Seed, streamReference, 0)
	for i, m := range co.months {
		for k := range 1 + co.Customers/400 {
			at := dayStart(r.between(m.start, m.end-1)) + civil(r.between(9*3600, 17*3600))
			id := fmt.Sprintf("Y%06d", i*10000+k)
			w := out.row("detail_prints", at).s(id).when(at).s(co.managers[r.IntN(len(co.managers))].id).s(customerID(r.IntN(co.Customers)))
			if r.chance(0.95) {
				w.when(at + civil(r.between(60, 3000)))
			} else {
				w.none(1)
				out.plant("print_unregistered", id, "")
			}
			w.s("客户申请").end()
		}
	}
}

// managerRows writes everything about manager i.
func (co *company) managerRows(out *chunk, i int) {
	m := co.managers[i]
	r := newRNG(co.Seed, streamManager, i)
	certified := co.end.day() + r.between(-200, 700)
	write := func(from, teamOf int) {
		t := co.teams[teamOf]
		w := out.row("managers", 0).s(m.id).s(m.name).dueOn(from).s("U0001").s(t.name).s(regionNames()[t.region]).code(m.role)
		if t.chief != i {
			w.s(co.managers[t.chief].id)
		} else {
			w.none(1)
		}
		w.raw("", 6, 100001+i*7).dueOn(m.hired).on(m.left).dueOn(certified).end()
	}
	if !co.past(m.hired) {
		return
	}
	write(m.hired, m.team)
	if m.movedOn > 0 && co.past(m.movedOn) && (m.left == 0 || m.movedOn < m.left) {
		write(m.movedOn, m.movedTo)
		out.plant("team_changed", m.id, dateText(m.movedOn))
	}
	if m.left > 0 {
		out.plant("manager_left", m.id, dateText(m.left))
	}
	if m.hired >= co.start.day() {
		out.plant("manager_joined", m.id, dateText(m.hired))
	}
	co.leaveRows(out, r, i)
	co.disciplineRows(out, r, m)
	co.qualityRows(out, r, i)
}

func (co *company) leaveRows(out *chunk, r rng, i int) {
	m := co.managers[i]
	for d := co.start.day() + r.between(5, 120); co.past(d); d += r.between(60, 260) {
		if !m.here(d) {
			continue
		}
		deputy := co.managers[(i+1)%len(co.managers)].id
		out.row("leaves", 0).s(m.id).dueOn(d).dueOn(d + r.between(0, 6)).s(deputy).s("S0007").end()
	}
}

// disciplineRows writes training, meetings and reports.
func (co *company) disciplineRows(out *chunk, r rng, m manager) {
	for i, mo := range co.months {
		due := mo.start + 24
		if !m.here(due) {
			continue
		}
		if mo.ym%100%3 == 0 {
			done := due + r.between(-15, 6)
			w := out.row("trainings", dayStart(due)).s(fmt.Sprintf("%s-T%03d", m.id, i)).s(m.id).code(one(r, []string{"professional", "case"}))
			w.dueOn(due).on(done)
			if co.past(done) {
				score := r.between(52, 100)
				w.flag(score >= 60).n(int64(score))
			} else {
				w.none(2)
			}
			w.end()
		}
		for k, hour := range []int{7*3600 + 45*60, 18*3600 + 20*60} {
			d := mo.start + r.IntN(mo.end-mo.start)
			if !co.clock.worked(d) || !m.here(d) {
				continue
			}
			at := dayStart(d) + civil(hour)
			w := out.row("meetings", at).s(fmt.Sprintf("%s-M%03d%d", m.id, i, k)).s(m.id).when(at)
			if leave := r.chance(0.05); leave {
				w.none(1).flag(true)
			} else {
				w.when(at + civil(r.between(-600, 300))).flag(false)
			}
			w.end()
		}
		at := dayStart(due) + 64800
		out.row("reports_due", at).s(fmt.Sprintf("%s-R%03d", m.id, i)).code(one(r, []string{"reception_log", "going_out", "analysis", "major_incident"})).
			s(m.id).code("person").due(at).when(at + civil(r.between(-4*daySeconds, daySeconds))).end()
	}
}

// qualityRows writes mystery visits, audits, findings and the one breach of the manager who games the numbers.
func (co *company) qualityRows(out *chunk, r rng, manager int) {
	m := co.managers[manager]
	for i, mo := range co.months {
		d := mo.start + r.IntN(mo.end-mo.start)
		if !m.here(d) {
			continue
		}
		if (i+manager)%4 == 1 {
			mysteryRows(out, r, fmt.Sprintf("%s-S%03d", m.id, i), m.id, d)
		}
		for k := range 5 {
			co.auditRow(out, r, m, i, k, d)
		}
	}
	if m.gaming {
		d := co.start.day() + (co.end.day()-co.start.day())/2
		out.row("breaches", 0).s("X" + m.id).s(m.id).s("虚假走访").dueOn(d).on(d + 6).on(d + 15).s("S0009").end()
	}
}

// mysteryRows writes one mystery visit. What was said of other customers is a red line.
func mysteryRows(out *chunk, r rng, id, manager string, d int) {
	shopper := one(r, []string{"S0007", "S0008"})
	for _, item := range []string{"greeting", "knowledge", "solution", "closing", "confidentiality"} {
		redLine, score := item == "confidentiality", int64(r.between(2, 5))
		applies := redLine || r.chance(0.9)
		if redLine && r.chance(0.97) {
			score = 5
		}
		w := out.row("mystery_items", dayStart(d)).s(id).s(item).s(manager).s("U0001").s(shopper).dueOn(d)
		w.s("1").n(score).n(5).flag(applies).flag(redLine)
		if item == "greeting" {
			w.s("attitude").end()
		} else {
			w.none(1).end()
		}
	}
}

// auditRow writes sample k of month i, drawn from strata of kind and tier whose sizes are the whole company's, and the
// finding that a failed one leads to. Every tenth sample is judged a second time, on a sheet of its own.
func (co *company) auditRow(out *chunk, r rng, m manager, i, k, d int) {
	stratum := (i + k) % 6
	passed := r.chance(0.93) && (!m.gaming || r.chance(0.8))
	name := fmt.Sprintf("%s-%d", []string{"complaint", "fault", "request"}[stratum%3], 1+stratum/3)
	id := fmt.Sprintf("%s-A%03d%d", m.id, i, k)
	a := out.row("audit_samples", dayStart(d)).s(id).s(m.id).dueOn(d).s(name)
	a.n(int64(len(co.managers) * (3 + 4*stratum + i%3))).s("4711").flag(r.chance(0.1)).flag(passed).s("S0008").none(1).end()
	if r.chance(0.1) {
		out.row("audit_rescores", dayStart(d)).s(id).flag(passed != r.chance(0.06)).s("S0007").end()
	}
	out.row("audit_checks", dayStart(d)).s(id).s("S0008").s("响应及时").flag(passed).end()
	out.row("audit_checks", dayStart(d)).s(id).s("S0008").s("回访确认").flag(true).end()
	if passed {
		return
	}
	fixed := d + r.between(3, 15)
	f := out.row("findings", dayStart(d)).s(fmt.Sprintf("%s-F%03d%d", m.id, i, k)).s("过程抽查不合格").s(m.id).dueOn(d).dueOn(d + 14)
	f.on(fixed).on(fixed + r.between(0, 5)).s("S0008").end()
}
