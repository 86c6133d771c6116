package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/reports/evidence"
)

// evidenceFlags are the flags of assess evidence.
type evidenceFlags struct {
	identity
	period, manager, out string
}

func newAssessEvidenceCommand(a *app) *cobra.Command {
	f := evidenceFlags{}
	c := &cobra.Command{
		Use:   "evidence",
		Short: "证据工作簿：每个分数都是公式，不用本程序也能复算 · the evidence workbook: every score a live formula, to be worked out again without kamlens",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.evidence(cmd.Context(), f) },
	}
	flags := c.Flags()
	periodFlag(flags, &f.period, wholePeriods)
	flags.StringVar(&f.manager, "manager", "", "客户经理 · manager")
	flags.StringVarP(&f.out, "out", "o", "", "输出文件，必写 · file to write; must be given, e.g. M001.xlsx")
	f.add(flags)
	return c
}

// evidence writes the workbook of one sheet, for who reads decisions or is assessed by it.
func (a *app) evidence(ctx context.Context, f evidenceFlags) error {
	period, err := askedPeriod(f.period)
	switch {
	case err != nil:
		return err
	case f.manager == "":
		return fault.New(fault.Usage, "assess.sign.one_manager")
	case f.out == "":
		return fault.New(fault.Usage, "assess.evidence.out")
	}
	return a.withDesk(ctx, f.identity, func(x clerk) error {
		return x.readSheets(ctx, "assess evidence "+period.String()+" "+f.manager, func(own bool) error {
			if own && f.manager != x.who.ManagerID {
				return fault.New(fault.Usage, "assess.sign.no_sheet", f.manager, period.String())
			}
			return x.writeEvidence(ctx, period, f.manager, f.out)
		})
	})
}

// readSheets lets the person read sheets, and writes it down: all of them with the right to read decisions, the own one to an
// account manager without it.
func (x clerk) readSheets(ctx context.Context, subject string, f func(own bool) error) error {
	own := x.who.ManagerID != "" && x.who.May(people.AssessObject) && !x.who.May(people.DecisionRead)
	verb := people.DecisionRead
	if own {
		verb = people.AssessObject
	}
	return x.who.act(ctx, verb, subject, "", func() error { return f(own) })
}

// writeEvidence writes the workbook into a new file. Where what was kept is what is computed, it bears the hash of that, and
// what was decided about it.
func (x clerk) writeEvidence(ctx context.Context, period kpi.Period, manager, path string) error {
	l := x.app.lang()
	disputes, err := contested(x.config, period)
	if err != nil {
		return err
	}
	e, err := assess.Gather(ctx, x.door, assess.Question{Scope: kpi.Everything(), Period: period, Managers: []string{manager}, Disputes: disputes}, manager)
	if err != nil {
		return asCardFault(err)
	}
	o := evidence.Options{Lang: l}
	if e.Sheet.State != assess.Scored {
		o.State = sheetSays(l, e.Sheet)
	}
	s, err := standingOf(x.config, x.past, period.String(), manager, &e.Kept)
	if err != nil {
		return err
	}
	if s.Sheet != "" && len(s.Changes) == 0 {
		e.Kept, o.Signed, o.Hash = *s.Kept, s.Signed != "", s.Sheet
		for _, d := range s.held {
			o.Steps = append(o.Steps, evidence.Step{Decision: d.ID, What: l.T("decision.kind." + d.Kind), By: people.Signature(d.By, d.ByName), At: d.At, Reason: d.Reason})
		}
	}
	if o.Hash == "" {
		data, err := e.Bytes()
		if err != nil {
			return err
		}
		o.Hash = archive.Hash(data)
	}
	var out bytes.Buffer
	if err := evidence.Write(&out, e, o); err != nil {
		return err
	}
	if err := newFile(path, out.Bytes()); err != nil {
		return err
	}
	x.app.saySigned([]standing{s})
	x.app.fact("assess.evidence.done", path, o.Hash)
	return nil
}

// newFile writes a file that is not there yet, its owner's only: evidence is never written over.
func newFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fault.New(fault.Usage, "assess.evidence.exists", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
