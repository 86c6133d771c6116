package dashboard

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/gin-gonic/gin"

	"github.com/kamlens/kamlens/internal/fault"
)

// policy allows what the pages need: their own scripts, styles and pictures, and pictures a chart is saved as.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

// secured sets the headers of every answer, bounds the request and refuses foreign host names.
func (s *Server) secured(c *gin.Context) {
	for name, value := range map[string]string{
		"Content-Security-Policy":      policy,
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin",
		"X-Frame-Options":              "DENY",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), geolocation=(), microphone=()",
		"Cache-Control":                "no-store",
	} {
		c.Header(name, value)
	}
	if c.Request.Body != nil {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxBody)
	}
	if !asksLoopback(c.Request.Host) {
		s.fail(c, http.StatusForbidden, fault.New(fault.Usage, "dashboard.error.host", c.Request.Host))
		c.Abort()
		return
	}
	c.Next()
}

// recovered turns a panic into an error page. The request is logged without its headers: they may hold cookies.
func (s *Server) recovered(c *gin.Context) {
	defer func() {
		if r := recover(); r != nil {
			s.Log.Error("panic", "path", c.Request.URL.Path, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			c.Abort()
			if !c.Writer.Written() {
				s.showError(c, http.StatusInternalServerError, errBroken)
			}
		}
	}()
	c.Next()
}
