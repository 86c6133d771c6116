package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/rules"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/transform"
)

func newRulesCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "rules",
		Short: "规则参数 · rule parameters: list them, check the files, compare two versions",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newRulesListCommand(a), newRulesCheckCommand(a), newRulesDiffCommand(a))
	return c
}

func newRulesListCommand(a *app) *cobra.Command {
	var format string
	var status []string
	c := &cobra.Command{
		Use:   "list",
		Short: "列出全部，未配置的在前 · list every rule with its source, unset ones first",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.rulesList(format, status) },
	}
	c.Flags().StringVar(&format, "format", "table", "table, json, csv")
	c.Flags().StringSliceVar(&status, "status", nil, "只列这些状态 · only these: unset, proposed, given")
	return c
}

func newRulesCheckCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE...]",
		Short: "检查规则文件，并说明哪些指标缺参数 · check the rule files, and say which KPIs lack a parameter",
		Args:  cobra.ArbitraryArgs,
		RunE:  func(_ *cobra.Command, files []string) error { return a.rulesCheck(files) },
	}
}

func newRulesDiffCommand(a *app) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "比较两版规则：变了什么、自何时、涉及哪些指标 · compare two rule files or folders: what changed, from when, which KPIs it touches",
		Args:  cobra.ExactArgs(2),
		RunE:  func(_ *cobra.Command, args []string) error { return a.rulesDiff(args[0], args[1], format) },
	}
	c.Flags().StringVar(&format, "format", "table", "table, json, csv")
	return c
}

// ruleLine is a rule as programs read it; days are empty where there is no end.
type ruleLine struct {
	Status    string   `json:"status"`
	Section   string   `json:"section"`
	What      string   `json:"what"`
	Value     string   `json:"value"`
	ValidFrom string   `json:"valid_from"`
	ValidTo   string   `json:"valid_to"` // first day without it
	Partly    bool     `json:"partly"`   // unset for part of what it selects
	KPIs      []string `json:"kpis"`
	Document  string   `json:"document"`
	Heading   string   `json:"heading"`
	Quote     string   `json:"quote"`
	Source    string   `json:"source"`
	File      string   `json:"file"`
	Line      int      `json:"line"`
}

// rulesList prints what is in force and what is still to be decided.
func (a *app) rulesList(format string, status []string) error {
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	for _, s := range status {
		if !slices.Contains([]string{string(rules.Unset), string(rules.Proposed), string(rules.Given)}, s) {
			return fault.New(fault.Usage, "rules.cli.status", s)
		}
	}
	c, err := a.config()
	if err != nil {
		return err
	}
	book, err := loadRules(c)
	if err != nil {
		return err
	}
	readers, err := transform.ReadersOf(c)
	if err != nil {
		return err
	}
	lines, overridden := book.Lines()
	if len(status) > 0 {
		lines = slices.DeleteFunc(lines, func(l rules.Line) bool { return !slices.Contains(status, string(l.Status)) })
	}
	if format == "json" {
		list := make([]ruleLine, 0, len(lines))
		for _, l := range lines {
			list = append(list, lineOf(book, readers, l))
		}
		return a.writeJSON(list)
	}
	if err := write(a.stdout, linesSheet(a.lang(), book, readers, lines, format == "csv")); err != nil {
		return err
	}
	n := count(lines)
	a.say("rules.cli.listed", len(lines), n[rules.Unset], n[rules.Proposed], n[rules.Given], overridden)
	return nil
}

// loadRules reads the rule files of a configuration and what was decided over them, even what no run has loaded yet.
func loadRules(c config.Config) (rules.Book, error) {
	h, err := decision.Read(decision.Journal(c))
	if err != nil {
		return rules.Book{}, err
	}
	return rules.Load(c, h.Rules()...)
}

func lineOf(book rules.Book, readers transform.Readers, l rules.Line) ruleLine {
	from, to := l.Days()
	return ruleLine{
		Status: string(l.Status), Section: string(l.Section), What: l.SelectCode(), Value: l.Code(), ValidFrom: from, ValidTo: to,
		Partly: l.Partly, KPIs: readers.Of(book.Refs(l.Rule)...), Document: l.Document, Heading: l.Heading, Quote: l.Quote, Source: l.Source,
		File: l.File, Line: l.Line,
	}
}

func count(lines []rules.Line) map[rules.Status]int {
	n := map[rules.Status]int{}
	for _, l := range lines {
		n[l.Status]++
	}
	return n
}

// linesSheet lays rules out: in words for people, in codes for programs.
func linesSheet(l text.Lang, book rules.Book, readers transform.Readers, lines []rules.Line, raw bool) sheet {
	t := sheet{}
	if raw {
		t.head = []string{"status", "section", "what", "value", "valid_from", "valid_to", "kpis", "document", "heading", "quote", "source", "file"}
	} else {
		for _, key := range []string{"field.status", "field.section", "head.what", "field.value", "field.from", "field.to", "head.kpis",
			"field.document", "field.heading", "field.quote", "field.source", "head.file"} {
			t.head = append(t.head, l.T("rules."+key))
		}
	}
	t.text = len(t.head)
	for _, x := range lines {
		line := lineOf(book, readers, x)
		ids := strings.Join(line.KPIs, " ")
		status, section, what, value, source := line.Status, line.Section, line.What, line.Value, line.Source
		if !raw {
			source, ids = l.Source(source), someIDs(l, line.KPIs)
			status, section = l.T("rules.status."+status), l.T("rules.section."+section)
			what, value = x.What(l), x.Says(l)
			if x.Partly {
				value = l.T("rules.partly", value)
			}
		}
		t.rows = append(t.rows, []string{status, section, what, value, line.ValidFrom, line.ValidTo, ids,
			line.Document, line.Heading, line.Quote, source, fmt.Sprintf("%s:%d", line.File, line.Line)})
	}
	return t
}

// configOrNone is the configuration; without a file and where none is needed it is an empty one, with the built-in
// models only.
func (a *app) configOrNone(noneOK bool) (config.Config, error) {
	c, err := a.config()
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Key == "config.missing" && noneOK {
		return config.Config{}, nil
	}
	return c, err
}

// ruleChange is a change as programs read it.
type ruleChange struct {
	Section string   `json:"section"`
	What    string   `json:"what"`
	From    string   `json:"from"`
	To      string   `json:"to"` // first day after it
	Old     string   `json:"old"`
	New     string   `json:"new"`
	KPIs    []string `json:"kpis"`
}

// rulesDiff prints what two sets of rules say differently, day by day.
func (a *app) rulesDiff(old, changed, format string) error {
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	c, err := a.configOrNone(true)
	if err != nil {
		return err
	}
	before, err := rules.Read(old)
	if err != nil {
		return err
	}
	after, err := rules.Read(changed)
	if err != nil {
		return err
	}
	readers, err := transform.ReadersOf(c)
	if err != nil {
		return err
	}
	changes := rules.Diff(before, after)
	if format == "json" {
		list := make([]ruleChange, 0, len(changes))
		for _, x := range changes {
			list = append(list, changeOf(readers, x))
		}
		return a.writeJSON(list)
	}
	if err := write(a.stdout, changesSheet(a.lang(), readers, changes, format == "csv")); err != nil {
		return err
	}
	var touched []rules.Ref
	for _, x := range changes {
		touched = append(touched, x.Refs...)
	}
	if kpis := readers.Of(touched...); len(kpis) > 0 {
		a.say("rules.cli.touched", len(changes), strings.Join(kpis, " "))
	} else {
		a.say("rules.cli.untouched", len(changes))
	}
	return nil
}

func changeOf(readers transform.Readers, x rules.Change) ruleChange {
	from, to := x.Days()
	return ruleChange{string(x.About.Section), x.About.SelectCode(), from, to, x.Old.WithStatus(), x.New.WithStatus(), readers.Of(x.Refs...)}
}

// changesSheet lays changes out: in words for people, in codes for programs.
func changesSheet(l text.Lang, readers transform.Readers, changes []rules.Change, raw bool) sheet {
	t := sheet{head: []string{"section", "what", "from", "to", "old", "new", "kpis"}}
	if !raw {
		t.head = nil
		for _, key := range []string{"field.section", "head.what", "field.from", "field.to", "head.old", "head.new", "head.kpis"} {
			t.head = append(t.head, l.T("rules."+key))
		}
	}
	t.text = len(t.head)
	for _, x := range changes {
		c := changeOf(readers, x)
		if !raw {
			c.Section, c.What = l.T("rules.section."+c.Section), x.About.What(l)
			c.Old, c.New = x.Old.InWords(l), x.New.InWords(l)
		}
		t.rows = append(t.rows, []string{c.Section, c.What, c.From, c.To, c.Old, c.New, strings.Join(c.KPIs, " ")})
	}
	return t
}
