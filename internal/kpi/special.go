package kpi

import "math"

// The special functions behind the exact intervals. Each is the textbook form named at it; none is fast, none needs to
// be: an answer asks for a handful of quantiles.

const (
	// z95 is the 97.5 % point of the standard normal distribution, for two-sided 95 % intervals.
	z95 = 1.959963984540054
	// tail is the probability left out on each side of a 95 % interval.
	tail = 0.025

	maxTerms = 100_000
	epsilon  = 1e-15
	tiny     = 1e-300
)

// gammaP is the regularised lower incomplete gamma function P(a, x): the series DLMF 8.7.1 below x = a + 1, one minus
// the continued fraction DLMF 8.9.2 above.
func gammaP(a, x float64) float64 {
	if x <= 0 {
		return 0
	}
	lg, _ := math.Lgamma(a)
	front := math.Exp(a*math.Log(x) - x - lg)
	if x < a+1 {
		term := 1 / a
		sum := term
		for i := 1; i < maxTerms && math.Abs(term) > epsilon*math.Abs(sum); i++ {
			term *= x / (a + float64(i))
			sum += term
		}
		return front * sum
	}
	b := x + 1 - a
	c, d := 1/tiny, 1/b
	h := d
	for i := 1; i < maxTerms; i++ {
		an := -float64(i) * (float64(i) - a)
		b += 2
		d = 1 / floorAt(an*d+b)
		c = floorAt(b + an/c)
		h *= d * c
		if math.Abs(d*c-1) < epsilon {
			break
		}
	}
	return 1 - front*h
}

// betaI is the regularised incomplete beta function I_x(a, b): the continued fraction DLMF 8.17.22 by Lentz's method,
// with the symmetry I_x(a,b) = 1 - I_{1-x}(b,a) where it converges faster.
func betaI(x, a, b float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	}
	lab, _ := math.Lgamma(a + b)
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	front := math.Exp(lab - la - lb + a*math.Log(x) + b*math.Log1p(-x))
	if x < (a+1)/(a+b+2) {
		return front * betaFraction(x, a, b) / a
	}
	return 1 - front*betaFraction(1-x, b, a)/b
}

func betaFraction(x, a, b float64) float64 {
	c, d := 1.0, 1/floorAt(1-(a+b)*x/(a+1))
	h := d
	for i := 1; i < maxTerms; i++ {
		m := float64(i)
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / floorAt(1+even*d)
		c = floorAt(1 + even/c)
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / floorAt(1+odd*d)
		c = floorAt(1 + odd/c)
		h *= d * c
		if math.Abs(d*c-1) < epsilon {
			break
		}
	}
	return h
}

// floorAt keeps a denominator of Lentz's method away from zero.
func floorAt(x float64) float64 {
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}

// invert finds x >= 0 with f(x) = p for a rising f, by doubling and halving.
func invert(p float64, f func(float64) float64) float64 {
	low, high := 0.0, 1.0
	for f(high) < p && high < 1e300 {
		low, high = high, 2*high
	}
	for range 200 {
		mid := low + (high-low)/2
		if mid == low || mid == high {
			break
		}
		if f(mid) < p {
			low = mid
		} else {
			high = mid
		}
	}
	return low + (high-low)/2
}

// chiSquareQuantile is the p-quantile of the chi-square distribution with df degrees of freedom.
func chiSquareQuantile(p, df float64) float64 {
	return 2 * invert(p, func(x float64) float64 { return gammaP(df/2, x) })
}

// tQuantile is the p-quantile, p > 0.5, of Student's t with df degrees of freedom: P(T <= t) = 1 - I_{df/(df+t²)}(df/2,
// 1/2)/2 (DLMF 8.17.5 with the usual substitution).
func tQuantile(p, df float64) float64 {
	return invert(p, func(t float64) float64 { return 1 - betaI(df/(df+t*t), df/2, 0.5)/2 })
}

// BinomialCDF is P(X <= k) for X ~ Binomial(n, q): I_{1-q}(n-k, k+1) (DLMF 8.17.5).
func BinomialCDF(k, n int64, q float64) float64 {
	switch {
	case k < 0:
		return 0
	case k >= n:
		return 1
	}
	return betaI(1-q, float64(n-k), float64(k+1))
}

// Beta returns the equal-tailed 95 % interval of a Beta(a, b) distribution, a and b above 0: by halving of I_x(a, b).
func Beta(a, b float64) (low, high float64) {
	return betaQuantile(tail, a, b), betaQuantile(1-tail, a, b)
}

func betaQuantile(p, a, b float64) float64 {
	low, high := 0.0, 1.0
	for range 100 {
		mid := low + (high-low)/2
		if betaI(mid, a, b) < p {
			low = mid
		} else {
			high = mid
		}
	}
	return low + (high-low)/2
}
