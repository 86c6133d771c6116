package transform

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/frozen"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// FreezeOptions say which period to close, from which snapshot.
type FreezeOptions struct {
	Config   config.Config
	Period   calendar.Period
	Snapshot string // path of what is published
	Version  string // of the program
	Now      time.Time
	Disputes []string // ids of open disputes of rows of the period
	Despite  bool     // close although checks found rows, or disputes are open
}

// The parameters that say when a month may be closed (R12): the later of both days.
const (
	closeWorkingDay   = "close_working_day"
	closeCalendarDays = "close_calendar_days"
)

// Freezing is what would be closed: a manifest without files, and what it takes to make them.
type Freezing struct {
	frozen.Manifest
	o     FreezeOptions
	all   []archive.Entry  // of the archive
	known []archive.Entry  // of them, what the snapshot stands on
	defs  []kpi.Definition // of the measures
	parts []frozen.Part    // that are closed already
}

// PlanFreeze says what of a period can be closed now. The error is a [fault.Refused] that says why nothing can: the
// period is not over or its day to close has not come, batches came after the snapshot, everything is closed already or
// nothing has matured; and, unless Despite, checks that found rows and disputes that are open.
func PlanFreeze(ctx context.Context, o FreezeOptions) (f Freezing, err error) {
	f = Freezing{o: o}
	f.Period, f.Disputes, f.Snapshot, f.Program = o.Period.String(), o.Disputes, filepath.Base(o.Snapshot), o.Version
	f.Measures, f.Open, f.Warnings = []string{}, []frozen.Open{}, []string{}
	if err := f.stand(); err != nil {
		return f, err
	}
	door, err := kpi.Open(ctx, o.Snapshot, Options{Config: o.Config}.resources())
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, door.Close()) }()
	f.AsOf = door.Stamp().AsOf.Format(time.DateTime)
	if err := f.due(ctx, door); err != nil {
		return f, err
	}
	if err := f.clean(ctx, door); err != nil {
		return f, err
	}
	return f, f.choose(ctx, door)
}

// stand finds what the snapshot stands on: the entries of the archive up to the run that published it.
func (f *Freezing) stand() error {
	entries, err := archive.At(f.o.Config.Dir("archive")).Entries()
	if err != nil {
		return err
	}
	i := archive.RunOf(entries, f.Snapshot)
	if i < 0 {
		return fault.New(fault.Refused, "freeze.run_first", f.Snapshot)
	}
	f.all, f.known = entries, entries[:i+1]
	f.LastBatch = archive.LastBatch(f.known)
	if last := archive.LastBatch(entries); last != f.LastBatch {
		return fault.New(fault.Refused, "freeze.stale", f.LastBatch, last)
	}
	for _, e := range f.known {
		if e.Batch != nil && e.Kind == archive.Load && e.Batch.Feed == feed.Decisions {
			f.Decisions = e.Batch.To
		}
	}
	if f.Rules, err = archive.HashOf(lastSettings(f.known)); err != nil {
		return err
	}
	f.Models, err = ModelsHash(f.o.Config)
	return err
}

// due refuses a period that may not be closed yet. A parameter that is unset is a warning.
func (f *Freezing) due(ctx context.Context, door *kpi.Door) error {
	day := f.o.Period.End
	for _, name := range []string{closeWorkingDay, closeCalendarDays} {
		on, set, err := door.CloseDay(ctx, kpi.Everything(), f.o.Period, name, name == closeWorkingDay)
		if err != nil {
			return err
		}
		if !set {
			f.Warnings = append(f.Warnings, "unset:"+name)
		} else if on.After(day) {
			day = on
		}
	}
	if f.AsOf[:len(time.DateOnly)] < day.Format(time.DateOnly) {
		return fault.New(fault.Refused, "freeze.early", f.Period, day.Format(time.DateOnly), f.AsOf)
	}
	return nil
}

// clean refuses, unless it is to be done all the same, what checks or people have found wrong.
func (f *Freezing) clean(ctx context.Context, door *kpi.Door) error {
	checks, err := door.Checks(ctx)
	if err != nil {
		return err
	}
	var found []string
	for _, c := range checks {
		if c.BadRows > 0 {
			f.Warnings = append(f.Warnings, fmt.Sprintf("check:%s:%d", c.Name, c.BadRows))
			found = append(found, fmt.Sprintf("%s %d", c.Name, c.BadRows))
		}
	}
	if f.o.Despite {
		return nil
	}
	if len(found) > 0 {
		return fault.New(fault.Refused, "freeze.checks", len(found), strings.Join(found, ", "), checks[0].Name) // those that found rows come first
	}
	if len(f.Disputes) > 0 {
		return fault.New(fault.Refused, "freeze.disputes", len(f.Disputes), strings.Join(f.Disputes, ", "))
	}
	return nil
}

// choose finds the measures of the period that have matured and are in no part yet. A measure whose months add up is
// closed by the month; one with periods of its own by each of them.
func (f *Freezing) choose(ctx context.Context, door *kpi.Door) error {
	parts, err := frozen.Load(f.o.Config.Dir("frozen"), f.all)
	if err != nil {
		return err
	}
	f.parts, f.Part = parts, len(frozen.Parts(parts, f.Period))+1
	closed := 0
	for _, def := range door.Catalogue() {
		if !def.ClosesWith(f.o.Period) {
			continue
		}
		if len(frozen.Holds(parts, f.Period, def.ID)) > 0 {
			closed++
			continue
		}
		answers, err := door.Query(ctx, kpi.Everything(), kpi.Question{KPIs: []string{def.ID}, Period: f.o.Period})
		if err != nil {
			return err
		}
		switch a := answers[0]; {
		case a.Status == kpi.Immature, a.Status == kpi.NoData, a.Status == kpi.NotDefined, a.Rowless(): // a row may yet come
			f.Open = append(f.Open, frozen.Open{KPI: def.ID, Status: string(a.Status), MaturesOn: a.MaturesOn})
		default:
			if a.Status == kpi.Unset {
				f.Warnings = append(f.Warnings, "unset_kpi:"+def.ID)
			}
			f.Measures, f.defs = append(f.Measures, def.ID), append(f.defs, def)
		}
	}
	if len(f.Measures) == 0 {
		key := "freeze.nothing"
		if closed > 0 {
			key = "freeze.all_closed"
		}
		return fault.New(fault.Refused, key, f.Period, len(f.Open))
	}
	return nil
}

// Write makes the files of the part in a scratch folder, which the caller removes when it is not kept.
func (f *Freezing) Write(ctx context.Context) (folder string, err error) {
	root := f.o.Config.Dir("frozen")
	if err := os.MkdirAll(root, 0o750); err != nil {
		return "", err
	}
	if folder, err = os.MkdirTemp(root, ".new-*"); err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	answers, err := f.answers(ctx)
	if err != nil {
		return "", err
	}
	scratch := warehouse.NewSnapshotPath(folder, f.o.Now)
	db, err := warehouse.Open(ctx, scratch, Options{Config: f.o.Config}.resources())
	if err != nil {
		return "", err
	}
	conn, err := db.SQL().Conn(ctx)
	if err == nil {
		err = f.export(ctx, conn, folder, answers)
		err = errors.Join(err, conn.Close())
	}
	return folder, errors.Join(err, db.Close(), warehouse.Remove(scratch))
}

// Keep gives the part its place, with who proposed and who confirmed it.
func (f *Freezing) Keep(folder string, proposed, confirmed frozen.Act) error {
	f.Proposed, f.Confirmed = proposed, confirmed
	return frozen.Keep(f.o.Config.Dir("frozen"), folder, f.Manifest, archive.At(f.o.Config.Dir("archive")),
		archive.CivilOf(f.o.Now.In(f.o.Config.Zone())))
}

// export writes the Parquet files.
func (f *Freezing) export(ctx context.Context, conn *stdsql.Conn, folder string, answers []frozenAnswer) error {
	for _, s := range []string{"create table answers (" + answerColumns + ")", "attach " + warehouse.Literal(f.o.Snapshot) + " as snap (read_only)"} {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	if _, err := warehouse.Append(ctx, conn, "answers", answerRows(answers)); err != nil {
		return err
	}
	write := func(file frozen.File, query string) (err error) {
		path := filepath.Join(folder, file.Name)
		r, err := conn.ExecContext(ctx, "copy ("+query+") to "+warehouse.Literal(path)+" (format parquet)")
		if err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
		if file.Rows, err = r.RowsAffected(); err != nil {
			return err
		}
		if err := os.Chmod(path, 0o640); err != nil { //nolint:gosec // as the manifest beside it
			return err
		}
		file.SHA256, err = frozen.HashFile(path)
		f.Files = append(f.Files, file)
		return err
	}
	if err := write(frozen.File{Name: "answers.parquet", Kind: frozen.Answers}, "select * from answers order by all"); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "use snap"); err != nil {
		return err
	}
	if err := write(frozen.File{Name: "targets.parquet", Kind: frozen.Targets}, "select kpi, period, scope, value, floor, stretch from fct_targets order by all"); err != nil {
		return err
	}
	of := closed{periods: []calendar.Period{f.o.Period}}
	for _, def := range f.defs {
		query := "select " + withoutNumbers + " from " + warehouse.Quote(sql.ViewName(def.ID)) + " t where " + of.within(def.HasOwnPeriods()) + " order by all"
		if err := write(frozen.File{Name: "rows-" + url.PathEscape(def.ID) + ".parquet", Kind: frozen.Rows, KPI: def.ID}, query); err != nil {
			return err
		}
	}
	if pending, err := f.pending(); err != nil || pending != "" {
		if err = errors.Join(err, write(frozen.File{Name: "pending.parquet", Kind: frozen.Pending}, pending)); err != nil {
			return err
		}
	}
	for _, cube := range []string{"cube", "cube_traits"} {
		query := fmt.Sprintf("select * from %s where kpi in (%s) and ym between %d and %d order by all", cube, literals(f.Measures),
			f.o.Period.FirstMonth(), f.o.Period.LastMonth())
		if err := write(frozen.File{Name: cube + ".parquet", Kind: frozen.Sums}, query); err != nil {
			return err
		}
	}
	return nil
}

// pending is the query of the subjects that the measures have in periods that stay open: they are known, and will be
// judged. It is "" when no measure of the part adds up.
func (f *Freezing) pending() (string, error) {
	var list []string
	for _, def := range f.defs {
		if !def.AddsUp() {
			continue
		}
		of, err := closedOf(f.parts, def.ID)
		if err != nil {
			return "", err
		}
		of.periods = append(of.periods, f.o.Period)
		list = append(list, fmt.Sprintf("select distinct %s as kpi, t.subject_kind, t.subject_id from %s t where not %s and not (%s)",
			warehouse.Literal(def.ID), warehouse.Quote(sql.ViewName(def.ID)), of.within(false), exposureRow))
	}
	if len(list) == 0 {
		return "", nil
	}
	return strings.Join(list, " union all ") + " order by all", nil
}
