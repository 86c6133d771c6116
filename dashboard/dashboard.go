// Package dashboard serves the pages: overview, one KPI, the rows behind it, customers, definitions, data quality and the
// archive of documents, in Chinese and English.
//
// It promises: every number comes from the door and is shown with its n, its interval and what it is worth; a page
// whose question fails says so and no other page suffers; no inline script or style, so that a strict
// Content-Security-Policy holds; a newer snapshot is taken up without dropping a request. Pages are rendered to a
// buffer first, so a reader never gets half a page.
//
// It must not know the warehouse, any single KPI, or who may see what: it hands the reader's [kpi.Scope] on. Until
// there are logins it listens on loopback addresses only.
package dashboard

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/kamlens/kamlens/internal/customers"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

// Source is what pages ask of the door. It is an interface so that tests can plant answers.
type Source interface {
	kpi.Lacker
	grounds
	movements
	portraits
	kpi.Tabler
	corrections
	Catalogue() []kpi.Definition
	Definition(id string) (kpi.Definition, error)
	Query(ctx context.Context, scope kpi.Scope, q kpi.Question) ([]kpi.Answer, error)
	Explain(ctx context.Context, scope kpi.Scope, q kpi.ExplainQuestion) (kpi.RowSet, error)
	Members(ctx context.Context, scope kpi.Scope, dim kpi.Dim) ([]kpi.Member, error)
	LastFullMonth() kpi.Period
}

// portraits are what pages about customers are made of.
type portraits interface {
	customers.Door
	CustomerEvents(ctx context.Context, scope kpi.Scope, q kpi.EventQuestion) ([]kpi.CustomerEvent, error)
}

// grounds are what the numbers stand on.
type grounds interface {
	Feeds(ctx context.Context, scope kpi.Scope) ([]kpi.FeedState, error)
	Checks(ctx context.Context) ([]kpi.CheckResult, error)
	Rejects(ctx context.Context, scope kpi.Scope, limit int) ([]kpi.Reject, error)
	Batches(ctx context.Context, scope kpi.Scope, limit int) ([]kpi.Batch, error)
}

// movements are what a measure is made of: where its things went, where it is still going, and what is
// still to be done for it.
type movements interface {
	Due(ctx context.Context, scope kpi.Scope, q kpi.DueQuestion) (kpi.DueList, error)
	DueTotal(ctx context.Context, scope kpi.Scope, filter map[kpi.Dim][]string) (kpi.DueCount, error)
	Flows(ctx context.Context, scope kpi.Scope, q kpi.ExplainQuestion) (kpi.Flows, error)
	Path(ctx context.Context, scope kpi.Scope, q kpi.PathQuestion) (kpi.Paths, error)
}

// corrections are what disputes changed after a period was closed.
type corrections interface {
	Adjustments(ctx context.Context, scope kpi.Scope, period kpi.Period) ([]kpi.Adjustment, error)
	Adjusted(ctx context.Context, scope kpi.Scope, q kpi.Question) ([]kpi.Adjusted, error)
}

// State is what pages ask of the program's own state. It is an interface for the same reason.
type State interface {
	LastRun(ctx context.Context) (store.Run, bool, error)
	Jobs(ctx context.Context, job string) ([]store.Job, error)
}

// Options are what a dashboard needs.
type Options struct {
	Doors   *Doors
	State   State
	Reports string         // the folder of written documents: <job>/<period>/<file>
	Scope   kpi.Scope      // what readers may see; the zero scope sees nothing
	Lang    text.Lang      // until a reader chooses
	Zone    *time.Location // of the instants shown
	Build   string         // the program's version: part of every ETag
	Log     *slog.Logger
}

// Server is the dashboard.
type Server struct {
	Options
	pages  pageSet
	assets assetSet
	cache  *pageCache
	engine *gin.Engine
}

// New makes a dashboard: it parses every template and asset, so that a mistake in one shows at the start.
func New(o Options) (*Server, error) {
	assets, err := newAssets()
	if err != nil {
		return nil, err
	}
	pages, err := parsePages()
	if err != nil {
		return nil, err
	}
	s := &Server{Options: o, pages: pages, assets: assets, cache: newPageCache()}
	s.engine = s.routes()
	return s, nil
}

// Handler answers requests; tests call it without a listener.
func (s *Server) Handler() http.Handler { return s.engine }

// routes is the list of everything that can be asked.
func (s *Server) routes() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.ForwardedByClientIP = false
	e.UseRawPath = true // the id of a customer may hold a slash
	if err := e.SetTrustedProxies(nil); err != nil {
		s.Log.Error("trusted proxies", "error", err) // cannot happen: nil is valid
	}
	e.Use(s.recovered, s.secured)
	for path, show := range map[string]handler{
		"/":                s.overview,
		"/due":             s.due,
		"/kpi/:id":         s.measure,
		"/kpi/:id/rows":    s.rows,
		"/customers":       s.customers,
		"/customers/:id":   s.customer,
		"/definitions":     s.definitions,
		"/definitions/:id": s.definition,
		"/quality":         s.quality,
		"/review":          s.review,
		"/tables":          s.tables,
		"/tables/:name":    s.table,
	} {
		e.GET(path, s.page(show))
		e.HEAD(path, s.page(show))
	}
	e.GET("/kpi/:id/rows.csv", s.rowsCSV)
	e.GET("/tables/:name/rows.csv", s.tableCSV)
	e.GET("/reports", s.uncached(s.archive))
	e.GET("/reports/:job/:period/:name", s.document)
	e.GET("/assets/:name", s.asset)
	e.HEAD("/assets/:name", s.asset)
	e.GET("/healthz", s.health)
	e.NoRoute(s.notFound)
	e.NoMethod(s.wrongMethod)
	return e
}

// Limits of the HTTP server (gin has none of its own).
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 2 * time.Minute // a long list goes out as CSV
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
	maxBody       = 64 << 10 // there is nothing to send us yet
	stopTimeout   = 10 * time.Second
)

// Follow takes up newer snapshots until ctx ends. The overview of each is made in both languages before readers get it, so
// that a publication makes nobody wait; that of the first one while it is served.
func (s *Server) Follow(ctx context.Context, every time.Duration) {
	s.Doors.Follow(ctx, every, s.Log, func(lease Lease) {
		for _, l := range []text.Lang{text.ZH, text.EN} {
			r, err := http.NewRequestWithContext(context.WithValue(ctx, leaseKey{}, lease), http.MethodGet, "http://localhost/", nil)
			if err != nil {
				s.Log.Warn("warm up", "error", err) // cannot happen: the address is ours
				return
			}
			r.AddCookie(&http.Cookie{Name: langCookie, Value: string(l)})
			s.engine.ServeHTTP(&discard{header: http.Header{}}, r)
		}
	})
}

// leaseKey is under what a request of ours holds its snapshot, which need not be the one that readers get.
type leaseKey struct{}

// lease returns the snapshot that a request is about.
func (s *Server) lease(ctx context.Context) (Lease, error) {
	if l, ok := ctx.Value(leaseKey{}).(Lease); ok {
		l.release = func() error { return nil } // whoever put it there gives it back
		return l, nil
	}
	return s.Doors.Use(ctx)
}

// discard is a reader who wants nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

// Serve answers requests on l until ctx ends, then lets those under way finish.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler: s.engine, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ErrorLog:    slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		stopped <- srv.Shutdown(limit)
	})
	err := srv.Serve(l)
	if stop() { // ctx has not ended: the listener failed
		return err
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, <-stopped)
}
