package demo

import "fmt"

// survey is one questionnaire, or one question of it.
type survey struct {
	id, question, kase, project, kind, metric, delivery, unit, comment string
	sent, answered                                                     civil
	score, low, high                                                   int
	reversed, staff, voided                                            bool
	contact                                                            string
}

// surveyID numbers the questionnaires after what they are about, so that ids do not depend on anything else.
func surveyID(prefix, about string) string { return prefix + about[1:] }

// surveyCase sends a questionnaire about a solved case, and returns the follow-up case that a bad answer leads to.
func (co *company) surveyCase(out *chunk, r rng, c *customer, k *kase) []*kase {
	if k.resolved == 0 || k.resolved >= co.end || k.kind == "followup" || k.test || k.invalid != "" {
		return nil
	}
	owner := co.workerOn(c, k.resolved.day())
	share := 0.5
	if owner >= 0 && co.managers[owner].gaming {
		if share = 0.04; k.inTime && !k.reopened {
			share = 0.8
		}
	}
	if !r.chance(share) {
		return nil
	}
	s := survey{
		id: surveyID("Q", k.id), kase: k.id, kind: "transaction", metric: "csat", unit: "U0003", low: 1, high: 5,
		sent: k.resolved + civil(r.between(600, daySeconds)), delivery: delivery(r),
		staff: r.chance(0.004), voided: r.chance(0.004),
	}
	co.answer(r, &s, k, co.effectsOf(owner).Satisfaction)
	co.surveyRow(out, c, s)
	if s.answered == 0 || s.answered >= co.end {
		return nil
	}
	if r.chance(0.015) { // a second answer about the same case, within or after the 72 hours
		again := s
		again.id = surveyID("R", k.id)
		again.sent, again.score = s.sent, r.between(s.low, s.high)
		again.answered = s.answered + civil(r.between(600, 120*3600))
		co.surveyRow(out, c, again)
		out.plant("survey_answered_twice", again.id, s.id)
	}
	if r.chance(0.06) {
		effort := s
		effort.id, effort.metric, effort.low, effort.high = surveyID("E", k.id), "ces", 1, 7
		effort.score, effort.reversed = 7-r.poisson(1.2)%7, false
		co.surveyRow(out, c, effort)
	}
	return co.followUp(r, c, s)
}

func delivery(r rng) string {
	return []string{"delivered", "bounced", "opted_out", "capped"}[r.pick([]float64{94, 3, 1, 2})]
}

// answer draws whether, when and how the customer answers. The score follows a proportional-odds model: effect is the
// log-odds that the owner adds to every "at least k points".
func (co *company) answer(r rng, s *survey, k *kase, effect float64) {
	if s.delivery != "delivered" || !r.chance(0.42) {
		return
	}
	s.answered = s.sent + civil(600+r.ExpFloat64()*1.8*daySeconds)
	if r.chance(0.015) {
		s.answered = s.sent + civil(r.between(28, 45)*daySeconds) + civil(r.IntN(daySeconds))
	}
	mood := effect
	if !k.inTime {
		mood -= 1.0
	}
	if k.reopened {
		mood -= 0.6
	}
	u, score := r.Float64(), 1
	for i, share := range []float64{0.98, 0.96, 0.92, 0.55} { // at least 2, 3, 4, 5 points
		if u < logistic(logit(share)+mood) {
			score = i + 2
		}
	}
	s.score = score
	switch x := r.Float64(); {
	case x < 0.05: // a form with ten points
		s.high, s.score = 10, 2*score-r.IntN(2)
	case x < 0.07: // a form on which 1 is best
		s.reversed, s.score = true, 6-score
	}
	if score <= 2 {
		s.comment = one(r, []string{"处理太慢", "多次催促，仍未解决", "态度一般", "说明不清楚,希望改进"})
	}
}

// followUp opens a case about a bad answer.
func (co *company) followUp(r rng, c *customer, s survey) []*kase {
	bad := s.score <= 2
	if s.reversed {
		bad = s.score >= 4
	}
	if s.high != 5 || !bad || !r.chance(0.6) {
		return nil
	}
	t := co.clock.add(s.answered, r.delay(9000, 0.5, 0))
	if t >= co.end || !c.activeOn(t.day()) {
		return nil
	}
	k := &kase{
		id: c.caseID(), kind: "followup", category: "improvement", severity: "normal", channel: "客户经理", created: t,
		owner: co.workerOn(c, t.day()), initiated: "manager", unit: "U0001", survey: s.id,
	}
	k.receiver = co.managerID(k.owner)
	co.work(r, k)
	co.confirm(k)
	return []*kase{k}
}

// surveyRow writes a questionnaire when it was sent, and again when it was answered in a later file's months.
func (co *company) surveyRow(out *chunk, c *customer, s survey) {
	t, ok := co.tables["surveys"]
	if !ok || s.sent >= co.end {
		return
	}
	home := co.spanOf(s.sent)
	for n := home; n < len(co.spans); n++ {
		if n != home && (s.answered < co.spans[n].start || s.answered >= co.spans[n].end || s.answered == 0) {
			continue
		}
		r := out.rowIn(t, n)
		r.s(s.id).s(s.question).s(c.id).s(s.kase).s(s.project).s(s.contact).code(s.kind).code(s.metric).when(s.sent).code(s.delivery).when(s.answered)
		known := s.answered > 0 && s.answered < r.cut
		if known {
			r.n(int64(s.score))
		} else {
			r.none(1)
		}
		r.n(int64(s.low)).n(int64(s.high)).flag(s.reversed).s(s.unit).flag(s.staff)
		last := s.sent
		if known {
			r.s(s.comment)
			last = max(last, s.answered)
		} else {
			r.none(1)
		}
		r.flag(s.voided).when(last).end()
	}
}

// relationshipRows asks every customer twice a year how likely a recommendation is, and once a year three questions on
// ten points.
func (co *company) relationshipRows(out *chunk, c *customer) {
	r := newRNG(co.Seed, streamReference, c.i+1)
	for i, m := range co.months {
		sent := dayStart(m.start+r.between(2, 25)) + civil(r.between(9*3600, 17*3600))
		if (m.ym%100+c.i)%6 != 0 || !c.activeOn(sent.day()) {
			continue
		}
		mood := co.effectsOf(co.workerOn(c, sent.day())).Satisfaction
		s := survey{
			id: fmt.Sprintf("N%06d%03d", c.i+1, i+1), kind: "relationship", metric: "nps", sent: sent, delivery: delivery(r),
			unit: "U0003", low: 0, high: 10, contact: contactID(c, r.IntN(2)),
		}
		if s.delivery == "delivered" && r.chance(0.35) {
			s.answered = sent + civil(3600+r.ExpFloat64()*4*daySeconds)
			s.score = tenPoints(r, mood)
		}
		co.surveyRow(out, c, s)
		if s.answered > 0 && (m.ym%100+c.i)%12 == 0 {
			for _, q := range []string{"overall", "expectation", "ideal"} {
				item := s
				item.id, item.question, item.metric, item.low = "I"+s.id[1:], q, "index", 1
				item.score = max(1, tenPoints(r, mood))
				co.surveyRow(out, c, item)
			}
		}
	}
}

// tenPoints draws an answer from 0 to 10.
func tenPoints(r rng, mood float64) int {
	u, score := r.Float64(), 0
	for i, share := range []float64{0.99, 0.985, 0.98, 0.97, 0.955, 0.92, 0.87, 0.76, 0.55, 0.30} {
		if u < logistic(logit(share)+mood) {
			score = i + 1
		}
	}
	return score
}

func contactID(c *customer, n int) string { return fmt.Sprintf("P%06d%d", c.i+1, n+1) }
