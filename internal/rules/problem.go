package rules

import (
	"fmt"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// Problem is one thing wrong with a rule file.
type Problem struct {
	File string
	Line int // 0: the file as a whole
	Key  string
	Args []any
}

// Text says what is wrong and where, in language l.
func (p Problem) Text(l text.Lang) string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return l.T("rules.problem.at", where, l.T(p.Key, p.Args...))
}

// Problems are all that is wrong with the rule files.
type Problems []Problem

// Text lists the problems, one a line.
func (ps Problems) Text(l text.Lang) string {
	var lines []string
	for _, p := range ps {
		lines = append(lines, p.Text(l))
	}
	return strings.Join(lines, "\n")
}

// err returns the problems as one error that says them in both languages; nil when there are none.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return fault.New(fault.Refused, "rules.bad", len(ps), ps.Text(text.ZH), ps.Text(text.EN))
}
