package dashboard

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

// ask is one request for a page: who asks, in which language, about what, of which snapshot.
type ask struct {
	ctx    context.Context
	server *Server
	lease  Lease
	scope  kpi.Scope
	l      text.Lang
	url    *url.URL
	param  func(string) string
	filter filter
	run    store.Run
	ran    bool

	known *names
}

// view is a page ready to render: the template's name and its data.
type view struct {
	template string
	data     any
}

// handler builds one page.
type handler func(a *ask) (view, error)

// base is what every page has. Page types embed it.
type base struct {
	L        text.Lang
	Title    string
	Trail    []navItem // the pages above this one
	Nav      []navItem
	Langs    []navItem
	Banners  []banner
	Stamp    *stampLine // nil on pages without a snapshot
	Filter   *filterBar
	Charts   bool // the page draws charts
	urlAsset func(string) string
}

type navItem struct {
	URL, Label, Lang string
	Current          bool
}

// banner is a sentence that no reader may miss, with what it is about folded below it.
type banner struct {
	Kind, Text string
	List       []string
}

// stampLine says what the reader is looking at.
type stampLine struct {
	Data, Built, Snapshot, Checks string
	Kind                          string // of the checks: "", warn or bad
	URL                           string
}

// T returns a text in the reader's language.
func (b base) T(key string, args ...any) string { return b.L.T(key, args...) }

// Asset returns the address of a static file.
func (b base) Asset(name string) string { return b.urlAsset(name) }

// page answers a request with a rendered page, from the cache where the same question was answered before.
func (s *Server) page(show handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		s.answer(c, func(a *ask) error {
			tag := a.tag()
			c.Header("ETag", tag)
			c.Header("Cache-Control", "private, no-cache") // keep it, but ask whether it is still so
			if strings.Contains(c.GetHeader("If-None-Match"), tag) {
				c.Header("Vary", "Accept-Encoding, Cookie")
				c.Status(http.StatusNotModified)
				c.Writer.WriteHeaderNow()
				return nil
			}
			p, err := s.cache.once(a.ctx, tag, func() (rendered, error) { return s.render(a, show) })
			if err != nil {
				c.Writer.Header().Del("ETag")
				return err
			}
			c.Header("Content-Type", "text/html; charset=utf-8")
			send(c, http.StatusOK, p.plain, p.zipped)
			return nil
		})
	}
}

// uncached answers with a page that shows the program's own state, which changes without a new snapshot.
func (s *Server) uncached(show handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		s.answer(c, func(a *ask) error {
			p, err := s.render(a, show)
			if err != nil {
				return err
			}
			c.Header("Content-Type", "text/html; charset=utf-8")
			send(c, http.StatusOK, p.plain, p.zipped)
			return nil
		})
	}
}

// answer leases the snapshot, reads the question and calls f; an error becomes an error page.
func (s *Server) answer(c *gin.Context, f func(a *ask) error) {
	ctx := c.Request.Context()
	lease, err := s.lease(ctx)
	if err != nil {
		s.fail(c, statusOf(err), err)
		return
	}
	defer func() {
		if err := lease.Release(); err != nil {
			s.Log.Warn("close snapshot", "error", err)
		}
	}()
	a := &ask{
		ctx: ctx, server: s, lease: lease, scope: s.Scope, l: s.langOf(c), url: c.Request.URL, param: c.Param,
	}
	s.rememberLang(c)
	if a.filter, err = parseFilter(c.Request.URL.Query(), lease.LastFullMonth()); err == nil {
		a.run, a.ran, err = s.State.LastRun(ctx)
	}
	if err == nil {
		err = f(a)
	}
	if err != nil && ctx.Err() == nil {
		s.fail(c, statusOf(err), err)
	}
}

func (s *Server) render(a *ask, show handler) (rendered, error) {
	v, err := show(a)
	if err != nil {
		return rendered{}, err
	}
	plain, err := s.pages.render(v.template, v.data)
	if err != nil {
		return rendered{}, err
	}
	zipped, err := zip(plain)
	return rendered{plain, zipped}, err
}

// tag is the ETag: everything that the page depends on. Of the last run pages say only that it failed; one that did not is
// told by its snapshot.
func (a *ask) tag() string {
	h := sha256.New()
	var failed int64
	if a.ran && !a.run.OK {
		failed = a.run.FinishedAt.UnixNano()
	}
	fmt.Fprintf(h, "%q %q %q %q %q %v %q",
		a.server.Build, a.lease.Snapshot, a.l, a.url.Path, a.url.Query().Encode(), failed, a.server.assets.hashed["app.css"])
	scope, err := json.Marshal(a.scope)
	if err != nil { // cannot happen: strings only
		return ""
	}
	h.Write(scope)
	return `"` + hex.EncodeToString(h.Sum(nil)[:16]) + `"`
}

const langCookie = "kamlens_lang"

// rememberLang keeps a language that was asked for in the URL.
func (s *Server) rememberLang(c *gin.Context) {
	l, ok := text.Parse(c.Query("lang"))
	if !ok {
		return
	}
	const year = 365 * 24 * 3600
	http.SetCookie(c.Writer, &http.Cookie{
		Name: langCookie, Value: string(l), Path: "/", MaxAge: year, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// bare is the frame of a page without a snapshot.
func (s *Server) bare(c *gin.Context, l text.Lang, title string) base {
	return s.frame(l, title, c.Request.URL)
}

func (s *Server) frame(l text.Lang, title string, u *url.URL) base {
	b := base{L: l, Title: title, urlAsset: s.assets.url}
	for _, to := range []struct {
		lang  text.Lang
		label string
	}{{text.ZH, "中文"}, {text.EN, "English"}} {
		q := u.Query()
		q.Set("lang", string(to.lang))
		b.Langs = append(b.Langs, navItem{
			URL: u.EscapedPath() + "?" + q.Encode(), Label: to.label, Lang: string(to.lang), Current: to.lang == l,
		})
	}
	for _, n := range []struct{ path, key string }{
		{"/", "overview"}, {"/due", "due"}, {"/customers", "customers"}, {"/tables", "tables"}, {"/review", "review"},
		{"/definitions", "definitions"}, {"/quality", "quality"}, {"/reports", "reports"},
	} {
		current := n.path == u.Path || n.path != "/" && strings.HasPrefix(u.Path, n.path)
		b.Nav = append(b.Nav, navItem{URL: n.path, Label: l.T("dashboard.nav." + n.key), Current: current})
	}
	return b
}

// base is the frame of a page about a snapshot: stamp and warnings included.
func (a *ask) base(title string) base {
	b := a.server.frame(a.l, title, a.url)
	b.Nav[0].URL = a.filter.url("/")
	b.Trail = a.trail()
	st := a.lease.Stamp()
	if st.Demo {
		b.Banners = append(b.Banners, banner{Kind: "demo", Text: a.l.T("dashboard.banner.demo")})
	}
	if a.ran && !a.run.OK {
		at := a.run.FinishedAt.In(a.server.Zone).Format("2006-01-02 15:04")
		b.Banners = append(b.Banners, banner{Kind: "bad", Text: a.l.T("dashboard.banner.failed", at, a.run.Reason(a.l))})
	}
	b.Stamp = &stampLine{
		Data:     a.l.T("dashboard.stamp.data", orDash(st.DataTo)),
		Built:    a.l.T("dashboard.stamp.as_of", st.AsOf.Format("2006-01-02 15:04")),
		Snapshot: a.l.T("dashboard.stamp.snapshot", shortSnapshot(a.lease.Snapshot)),
		Checks:   a.l.T("dashboard.stamp.checks", st.ChecksPassed, st.ChecksTotal),
		URL:      "/quality#checks",
	}
	switch {
	case st.ChecksPassed+st.Warnings < st.ChecksTotal:
		b.Stamp.Kind = "bad"
	case st.Warnings > 0:
		b.Stamp.Kind = "warn"
		b.Stamp.Checks = a.l.T("dashboard.stamp.warnings", st.ChecksPassed, st.ChecksTotal, st.Warnings)
	}
	return b
}

// trail leads from a page about a measure back to the overview, from one about a customer back to the list; other pages stand in the navigation. The rows of a
// measure have a link to it of their own.
func (a *ask) trail() []navItem {
	if strings.HasPrefix(a.url.Path, "/customers/") {
		return []navItem{{URL: a.filter.url("/customers"), Label: a.l.T("dashboard.nav.customers")}}
	}
	if !strings.HasPrefix(a.url.Path, "/kpi/") {
		return nil
	}
	return []navItem{{URL: a.filter.url("/"), Label: a.l.T("dashboard.nav.overview")}}
}

// withFilter adds the filter bar; action is the page that the form asks for.
func (a *ask) withFilter(b base, action string) (base, error) {
	n, err := a.names()
	if err != nil {
		return b, err
	}
	bar := a.filter.bar(a.l, action, a.lease.LastFullMonth(), n)
	b.Filter = &bar
	return b, nil
}

// names reads the members of the filter dimensions, once a request.
func (a *ask) names() (*names, error) {
	if a.known != nil {
		return a.known, nil
	}
	n := &names{a.l, map[kpi.Dim][]kpi.Member{}}
	for _, dim := range filterDims() {
		m, err := a.lease.Members(a.ctx, a.scope, dim)
		if err != nil {
			return nil, fmt.Errorf("members of %s: %w", dim, err)
		}
		n.members[dim] = m
	}
	a.known = n
	return n, nil
}

// query asks the door, within the page's filter.
func (a *ask) query(p calendar.Period, ids []string, compare bool, by ...kpi.Dim) ([]kpi.Answer, error) {
	return a.lease.Query(a.ctx, a.scope, kpi.Question{KPIs: ids, Period: p, By: by, Filter: a.filter.Values, Compare: compare})
}

// shortSnapshot is the distinguishing end of a snapshot's file name.
func shortSnapshot(name string) string {
	name = strings.TrimSuffix(name, ".duckdb")
	const enough = 8
	if len(name) > enough {
		return "…" + name[len(name)-enough:]
	}
	return name
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// pageSet holds the parsed templates.
type pageSet map[string]*template.Template

// pageNames lists the templates: one file each in templates/, framed by layout.html.
func pageNames() []string {
	return []string{
		"overview", "due", "measure", "rows", "customers", "customer", "definitions", "definition", "quality", "review", "tables", "table", "reports", "error",
	}
}

func parsePages() (pageSet, error) {
	set := pageSet{}
	for _, name := range pageNames() {
		t, err := template.New("layout.html").ParseFS(files, "templates/layout.html", "templates/parts.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
		set[name] = t
	}
	return set, nil
}

// render executes a page into a buffer, so that a failure half-way sends nothing.
func (p pageSet) render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := p[name].ExecuteTemplate(&b, "layout.html", data); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return b.Bytes(), nil
}
