package dashboard

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// errBroken stands for faults whose details are for the log only.
var errBroken = errors.New("internal error")

// errorPage says what failed and what to do.
type errorPage struct {
	base
	Status  int
	Message string
	Hint    string
	Retry   string // the same question again, "" when asking again cannot help
}

// fail logs an error once and shows it.
func (s *Server) fail(c *gin.Context, status int, err error) {
	if status >= http.StatusInternalServerError {
		s.Log.Error("request failed", "path", c.Request.URL.Path, "error", err)
	}
	s.showError(c, status, err)
}

// statusOf is the HTTP status of an error.
func statusOf(err error) int {
	if NothingPublished(err) {
		return http.StatusServiceUnavailable
	}
	switch fault.KindOf(err) {
	case fault.Usage:
		return http.StatusBadRequest
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Busy:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// NothingPublished reports whether err is what the store says before the first run. A snapshot that is published and not there is
// another matter.
func NothingPublished(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Key == "store.nothing_published"
}

// showError renders an error page. Only messages meant for readers are shown.
func (s *Server) showError(c *gin.Context, status int, err error) {
	l := s.langOf(c)
	message := l.T("dashboard.error.internal")
	if _, ok := errors.AsType[*fault.Error](err); ok {
		message = fault.Text(l, err)
	}
	p := errorPage{base: s.bare(c, l, l.T("dashboard.error.title")), Status: status, Message: message}
	switch status {
	case http.StatusServiceUnavailable:
		p.Hint = l.T("dashboard.error.hint.empty")
		p.Retry = c.Request.URL.RequestURI()
	case http.StatusInternalServerError:
		p.Hint = l.T("dashboard.error.hint.internal")
		p.Retry = c.Request.URL.RequestURI()
	default:
		p.Hint = l.T("dashboard.error.hint.other")
	}
	out, err := s.pages.render("error", p)
	if err != nil {
		s.Log.Error("error page", "error", err)
		c.String(http.StatusInternalServerError, l.T("dashboard.error.internal"))
		return
	}
	c.Header("Cache-Control", "no-store")
	c.Header("Content-Type", "text/html; charset=utf-8")
	send(c, status, out, nil)
}

func (s *Server) notFound(c *gin.Context) {
	s.showError(c, http.StatusNotFound, fault.New(fault.NotFound, "dashboard.error.no_page", c.Request.URL.Path))
}

func (s *Server) wrongMethod(c *gin.Context) {
	c.Header("Allow", "GET, HEAD")
	s.showError(c, http.StatusMethodNotAllowed, fault.New(fault.Usage, "dashboard.error.method", c.Request.Method))
}

// langOf returns the reader's language: ?lang=, else the cookie, else the configured one.
func (s *Server) langOf(c *gin.Context) text.Lang {
	if l, ok := text.Parse(c.Query("lang")); ok {
		return l
	}
	if tag, err := c.Cookie(langCookie); err == nil {
		if l, ok := text.Parse(tag); ok {
			return l
		}
	}
	if s.Lang == "" {
		return text.ZH
	}
	return s.Lang
}
