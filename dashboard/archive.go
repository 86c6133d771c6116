package dashboard

import (
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
)

// archivePage lists the documents that were written.
type archivePage struct {
	base
	Jobs []jobRow
}

type jobRow struct {
	Job, Period, State, StateName string
	Finished, Snapshot, Error     string
	Attempts                      int
	Files                         []fileLink
}

type fileLink struct{ URL, Name, Size string }

// archive lists the job ledger, newest period first.
func (s *Server) archive(a *ask) (view, error) {
	jobs, err := s.State.Jobs(a.ctx, "")
	if err != nil {
		return view{}, err
	}
	slices.SortStableFunc(jobs, func(x, y store.Job) int {
		return y.DueAt.Compare(x.DueAt)
	})
	p := archivePage{base: a.base(a.l.T("dashboard.nav.reports"))}
	for _, j := range jobs {
		row := jobRow{
			Job: j.Job, Period: chart.PeriodName(a.l, j.Period), State: string(j.State),
			StateName: a.l.T("dashboard.job." + string(j.State)), Error: j.Error, Attempts: j.Attempts,
			Finished: s.local(j.FinishedAt), Snapshot: orDash(shortSnapshot(j.Snapshot)),
		}
		if j.State == store.JobWritten {
			for _, f := range j.Files {
				row.Files = append(row.Files, fileLink{
					URL:  "/reports/" + url.PathEscape(j.Job) + "/" + url.PathEscape(j.Period) + "/" + url.PathEscape(f.Name),
					Name: f.Name, Size: a.size(f.Bytes),
				})
			}
		}
		p.Jobs = append(p.Jobs, row)
	}
	return view{"reports", p}, nil
}

// local writes an instant as the clock on the wall showed it.
func (s *Server) local(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(s.Zone).Format("2006-01-02 15:04")
}

func (a *ask) size(bytes int64) string {
	const kilo = 1024
	if bytes < kilo*kilo {
		return a.l.T("dashboard.size.kb", max(1, bytes/kilo))
	}
	return a.l.T("dashboard.size.mb", float64(bytes)/kilo/kilo)
}

// document sends one written file. It must be listed in the ledger, and it is opened below the archive's folder only: no
// part of a request becomes a path elsewhere.
func (s *Server) document(c *gin.Context) {
	job, period, name := c.Param("job"), c.Param("period"), c.Param("name")
	missing := fault.New(fault.NotFound, "dashboard.error.no_file", name)
	jobs, err := s.State.Jobs(c.Request.Context(), job)
	if err != nil {
		s.fail(c, http.StatusInternalServerError, err)
		return
	}
	if job == "" || !listed(jobs, job, period, name) {
		s.fail(c, http.StatusNotFound, missing)
		return
	}
	if err := s.sendFile(c, path.Join(job, period, name), name); err != nil {
		status := http.StatusInternalServerError
		if errors.Is(err, fs.ErrNotExist) {
			err, status = missing, http.StatusNotFound
		}
		s.fail(c, status, err)
	}
}

func listed(jobs []store.Job, job, period, name string) bool {
	return slices.ContainsFunc(jobs, func(j store.Job) bool {
		return j.Job == job && j.Period == period && j.State == store.JobWritten &&
			slices.ContainsFunc(j.Files, func(f store.JobFile) bool { return f.Name == name })
	})
}

// sendFile sends a file of the archive as a download: a document is never run as a page of ours.
func (s *Server) sendFile(c *gin.Context, file, name string) error {
	root, err := os.OpenRoot(s.Reports)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	defer root.Close() //nolint:errcheck // nothing was written
	f, err := root.Open(file)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fs.ErrNotExist
	}
	kind := map[string]string{
		".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		".html": "text/html; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".pdf": "application/pdf",
	}[path.Ext(name)]
	if kind == "" {
		kind = "application/octet-stream"
	}
	c.Header("Content-Type", kind)
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	http.ServeContent(c.Writer, c.Request, "", info.ModTime(), f)
	return nil
}

// health says that the program answers, for those who watch it; it asks no door.
func (s *Server) health(c *gin.Context) {
	c.Header("Content-Type", "text/plain; charset=utf-8")
	send(c, http.StatusOK, []byte("ok\n"), nil)
}
