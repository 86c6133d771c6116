package reports

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

// StaleAfter is how long a process may take to render one job before another may take it over.
const StaleAfter = 30 * time.Minute

// Ledger is the jobs of the configuration and what it takes to run them.
type Ledger struct {
	Jobs  []config.Job
	Zone  *time.Location
	Store *store.Store
	Dir   string           // the archive: documents go to Dir/<job>/<period>/
	Clock func() time.Time // the machine's time, for claims
	// Open opens the door that documents ask, when there is something to do.
	Open func(ctx context.Context) (Source, func() error, error)
}

// Outcome says what became of one job of one period.
type Outcome struct {
	Job    string
	Period string
	DueAt  time.Time
	Files  []File // written now; none when planned only
	Err    error  // why nothing was written
}

// due is a job of one period that is to be written.
type due struct {
	job    config.Job
	period kpi.Period
	at     time.Time
}

// Due returns what is due at now and not written, oldest first, without doing it.
func (g *Ledger) Due(ctx context.Context, now time.Time) ([]Outcome, error) {
	list, err := g.due(ctx, now)
	outcomes := make([]Outcome, len(list))
	for i, d := range list {
		outcomes[i] = Outcome{Job: d.job.Name, Period: d.period.String(), DueAt: d.at}
	}
	return outcomes, err
}

// Run writes every document that is due at now and not written, oldest first. Any number of processes may run at the
// same time: each document is written by one of them, and what another is writing is left to it. A document that fails
// leaves nothing behind, is marked failed with the reason, does not stop the others, and is tried again by the next run.
func (g *Ledger) Run(ctx context.Context, now time.Time) (outcomes []Outcome, err error) {
	list, err := g.due(ctx, now)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	src, closeSource, err := g.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeSource()) }()
	for _, d := range list {
		if err := g.Store.PlanJob(ctx, d.job.Name, d.period.String(), d.at); err != nil {
			return outcomes, err
		}
		claim, ok, err := g.Store.ClaimJob(ctx, d.job.Name, d.period.String(), g.Clock(), StaleAfter)
		if err != nil {
			return outcomes, err
		}
		if !ok {
			continue // another process holds it, or has just written it
		}
		files, err := g.write(ctx, src, d, claim)
		if errors.Is(err, store.ErrClaimLost) {
			continue
		}
		if err != nil {
			err = errors.Join(err, g.fail(ctx, d, claim, err))
		}
		outcomes = append(outcomes, Outcome{Job: d.job.Name, Period: d.period.String(), DueAt: d.at, Files: files, Err: err})
	}
	return outcomes, nil
}

// fail marks the job failed, also when the run was interrupted.
func (g *Ledger) fail(ctx context.Context, d due, claim store.Claim, why error) error {
	lang, _ := text.Parse(d.job.Language)
	return g.Store.FailJob(context.WithoutCancel(ctx), claim, g.Clock(), fault.Text(lang, why))
}

// due lists, oldest first, the months whose document is due and not written: a month is due at the first time of the
// schedule at or after its end. A job that never ran owes the last month only; from then on missed months are made up
// for, at most job.CatchUp of them.
func (g *Ledger) due(ctx context.Context, now time.Time) ([]due, error) {
	var list []due
	for _, job := range g.Jobs {
		schedule, err := cron.ParseStandard(job.Schedule)
		if err != nil {
			return nil, fmt.Errorf("job %s: schedule %q: %w", job.Name, job.Schedule, err)
		}
		known, err := g.Store.Jobs(ctx, job.Name)
		if err != nil {
			return nil, err
		}
		list = append(list, g.owed(job, schedule, known, now)...)
	}
	return list, nil
}

func (g *Ledger) owed(job config.Job, schedule cron.Schedule, known []store.Job, now time.Time) []due {
	written, first := map[string]bool{}, ""
	for _, k := range known {
		written[k.Period] = k.State == store.JobWritten
		if first == "" || k.Period < first {
			first = k.Period
		}
	}
	var list []due
	local := now.In(g.Zone)
	p := calendar.MonthOf(time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, time.UTC)).Previous()
	for counted := 0; counted < job.CatchUp; p = p.Previous() {
		if first != "" && p.String() < first {
			break
		}
		at := dueAt(schedule, p, g.Zone)
		if at.After(now) || at.IsZero() {
			if local.Sub(p.End) > 400*24*time.Hour {
				break // a schedule that never comes, e.g. on 30 February
			}
			continue
		}
		counted++
		if !written[p.String()] {
			list = append([]due{{job, p, at}}, list...)
		}
		if first == "" {
			break
		}
	}
	return list
}

// dueAt is the first time of the schedule at or after the end of p, in the zone.
func dueAt(schedule cron.Schedule, p kpi.Period, zone *time.Location) time.Time {
	end := time.Date(p.End.Year(), p.End.Month(), p.End.Day(), 0, 0, 0, 0, zone)
	return schedule.Next(end.Add(-time.Second))
}

// write makes the documents of one claimed job in a folder of its own and moves it to its place in the archive.
func (g *Ledger) write(ctx context.Context, src Source, d due, claim store.Claim) (files []File, err error) {
	doc, err := g.document(ctx, src, d)
	if err != nil {
		return nil, err
	}
	home := filepath.Join(g.Dir, d.job.Name)
	place := filepath.Join(home, d.period.String())
	work := filepath.Join(home, ".tmp-"+d.period.String()+"-"+claim.Token)
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	files, err = Write(ctx, doc, work, FileName(d.job.Report, d.period.String(), ""), d.job.Formats)
	if err != nil {
		return nil, err
	}
	entries := make([]store.JobFile, len(files))
	for i, f := range files {
		name := filepath.Base(f.Path)
		entries[i] = store.JobFile{Name: name, SHA256: f.SHA256, Bytes: f.Bytes}
		files[i].Path = filepath.Join(place, name)
	}
	err = g.Store.FinishJob(ctx, claim, g.Clock(), src.Stamp().Snapshot, entries, func() error {
		// What may be there was left by a process that stopped between the move and its last word to the ledger.
		if err := os.RemoveAll(place); err != nil {
			return err
		}
		return os.Rename(work, place)
	})
	if err != nil {
		return nil, err
	}
	return files, nil
}

// document makes the document of a job; it refuses to make an empty one.
func (g *Ledger) document(ctx context.Context, src Source, d due) (Document, error) {
	if asOf := src.Stamp().AsOf; asOf.Before(d.period.End) {
		return Document{}, fault.New(fault.Refused, "reports.snapshot_early", asOf.Format("2006-01-02 15:04"), d.period.String())
	}
	lang, _ := text.Parse(d.job.Language)
	o := Options{Period: d.period, Lang: lang, Now: g.Clock().In(g.Zone)}
	if d.job.Report == "manager" {
		return Manager(ctx, src, kpi.Everything(), "", o)
	}
	return Monthly(ctx, src, kpi.Everything(), o)
}
