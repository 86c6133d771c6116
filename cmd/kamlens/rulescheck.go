package main

import (
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/rules"
	"github.com/kamlens/kamlens/internal/tiering"
	"github.com/kamlens/kamlens/transform"
)

// rulesCheck says that the files can be used, or everything that is wrong with them and with the scorecards that they make;
// what is unset that a measure needs; and which given rules decide nothing. Without files it checks those of the configuration.
func (a *app) rulesCheck(files []string) error {
	c, err := a.configOrNone(len(files) > 0)
	if err != nil {
		return err
	}
	book, err := loadRules(c)
	if len(files) > 0 {
		book, err = rules.Read(files...)
	}
	if err != nil {
		return err
	}
	readers, err := transform.ReadersOf(c)
	if err != nil {
		return err
	}
	lines, _ := book.Lines()
	idle, unread := 0, 0
	for _, l := range lines {
		kpis := readers.Of(book.Refs(l.Rule)...)
		switch {
		case l.ForAssessment(), l.ForCustomers():
		case l.Status != rules.Unset && len(kpis) == 0 && tiering.Reads(l.Rule): // kamlens tier uses it
		case l.Status != rules.Unset && len(kpis) == 0:
			unread++
		case l.Status == rules.Unset && len(kpis) == 0:
			idle++
		case l.Status == rules.Unset:
			a.lacks(a.unsetLine(l), kpis, readers.Lacking(book.Refs(l.Rule)...))
		}
	}
	for _, ref := range readers.Refs() {
		if !book.Knows(ref) {
			a.lacks(ref.Table+" "+ref.Name, readers.Of(ref), readers.Lacking(ref))
		}
	}
	a.unknownKPIs(readers, lines)
	for _, i := range idleRules(&book, readers, lines) {
		a.fact(i.key, a.ruleWords(&i.rule), i.rule.File, i.rule.Line)
	}
	if err := book.CheckScorecards(); err != nil {
		return err
	}
	n := count(lines)
	a.fact("rules.cli.good", n[rules.Given], n[rules.Proposed], n[rules.Unset], idle, unread)
	return nil
}

// lacks says which KPIs have no number, or leave rows out, because something is unset, and which are computed without it.
func (a *app) lacks(what string, readers, lacking []string) {
	without := slices.DeleteFunc(slices.Clone(readers), func(id string) bool { return slices.Contains(lacking, id) })
	switch {
	case len(without) == 0:
		a.fact("rules.cli.lacks", what, strings.Join(lacking, " "))
	case len(lacking) == 0:
		a.fact("rules.cli.without", what, strings.Join(without, " "))
	default:
		a.fact("rules.cli.lacks_some", what, strings.Join(lacking, " "), strings.Join(without, " "))
	}
}

// unknownKPIs names the tables of numbers that name KPIs which no model has, or which nobody may be scored by.
func (a *app) unknownKPIs(readers transform.Readers, lines []rules.Line) {
	for _, l := range lines {
		if unknown := readers.Unknown(l.KPIs()); len(unknown) > 0 {
			a.fact("rules.cli.no_kpi", a.ruleWords(&l.Rule), strings.Join(unknown, " "))
		}
		if review := readers.Review(l.KPIs()); len(review) > 0 {
			a.fact("rules.cli.review_kpi", a.ruleWords(&l.Rule), strings.Join(review, " "))
		}
	}
}

// idle is a rule that decides nothing, and the text that says why.
type idle struct {
	key  string
	rule rules.Rule
}

// idleRules are the given rules of the company's own files, and those that were decided, that decide nothing: a name that is
// mistyped is a parameter that nobody asks for.
func idleRules(book *rules.Book, readers transform.Readers, lines []rules.Line) (list []idle) {
	overridden, nothing := book.Idle()
	add := func(key string, all []rules.Rule) {
		for _, r := range all {
			if r.Status == rules.Given {
				list = append(list, idle{key, r})
			}
		}
	}
	add("rules.cli.overridden", overridden)
	add("rules.cli.nothing", nothing)
	var unread, unknown []rules.Rule
	for _, l := range lines {
		selectsNothing := slices.ContainsFunc(nothing, func(r rules.Rule) bool { return r.File == l.File && r.Line == l.Line })
		if l.Status == rules.Given && !l.BuiltIn && !l.ForAssessment() && !l.ForCustomers() && !tiering.Reads(l.Rule) && !selectsNothing && len(readers.Of(book.Refs(l.Rule)...)) == 0 {
			if l.Section == rules.Params && !slices.Contains(book.ParamNames(), l.Name) {
				unknown = append(unknown, l.Rule)
			} else {
				unread = append(unread, l.Rule)
			}
		}
	}
	add("rules.cli.unread", unread)
	add("rules.cli.unread_name", unknown)
	return list
}

// ruleWords says what a rule is about.
func (a *app) ruleWords(r *rules.Rule) string {
	return a.lang().T("rules.section."+string(r.Section)) + " " + r.What(a.lang())
}

// unsetLine says in words what is unset, on which days, and which sentence asks for it.
func (a *app) unsetLine(l rules.Line) string {
	s := a.ruleWords(&l.Rule)
	if l.Partly {
		s = a.lang().T("rules.partly", s)
	}
	if from, to := l.Days(); from+to != "" {
		s += " " + from + ".." + to
	}
	if l.Quote != "" {
		s += " " + a.lang().T("rules.cli.quote", l.Document, l.Quote)
	}
	return s
}
