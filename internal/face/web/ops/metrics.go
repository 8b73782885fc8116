package ops

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"bangfu/internal/engine/db"
	"bangfu/internal/engine/job"
)

// Metrics counts. Its labels are route patterns, act names, outcomes and status codes: all of them few, none of a person.
type Metrics struct {
	reg      *prometheus.Registry
	clock    func() time.Time
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	acts     *prometheus.CounterVec
}

// NewMetrics makes the counters of a house. Unions lists whose dead jobs are counted when somebody asks.
func NewMetrics(d *db.DB, unions func(context.Context) ([]string, error)) *Metrics {
	m := &Metrics{
		reg:   prometheus.NewRegistry(),
		clock: d.Now,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bangfu_http_requests_total",
			Help: "Requests answered, by route pattern and status."}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "bangfu_http_request_seconds",
			Help: "Time to answer, by route pattern.", Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route"}),
		acts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bangfu_acts_total",
			Help: "Acts by name and outcome: done, or the kind of fault."}, []string{"act", "outcome"}),
	}
	m.reg.MustRegister(m.requests, m.took, m.acts, dead{d, unions}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Act counts one act; hand it to act.Host as Ended.
func (m *Metrics) Act(name, outcome string) { m.acts.WithLabelValues(name, outcome).Inc() }

// Watch counts the requests of everything below. The route is the pattern that the muxes below found for the request, so
// nothing between may hand on a copy of it.
func (m *Metrics) Watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := m.clock()
		rec := &recorder{ResponseWriter: w, code: http.StatusOK}
		defer func() {
			route := r.Pattern
			if route == "" {
				route = "none"
			}
			m.requests.WithLabelValues(route, strconv.Itoa(rec.code)).Inc()
			m.took.WithLabelValues(route).Observe(m.clock().Sub(began).Seconds())
		}()
		next.ServeHTTP(rec, r)
	})
}

func (m *Metrics) handler() http.Handler { return promhttp.HandlerFor(m.reg, promhttp.HandlerOpts{}) }

type recorder struct {
	http.ResponseWriter
	code  int
	begun bool
}

// WriteHeader remembers the first status.
func (r *recorder) WriteHeader(code int) {
	if !r.begun {
		r.code, r.begun = code, code >= http.StatusOK
	}
	r.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController through.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// dead counts the jobs that were given up, in all unions, when asked.
type dead struct {
	db     *db.DB
	unions func(context.Context) ([]string, error)
}

func (d dead) about() *prometheus.Desc {
	return prometheus.NewDesc("bangfu_jobs_dead", "Jobs that were given up and wait for a person.", nil, nil)
}

// Describe names the figure.
func (d dead) Describe(ch chan<- *prometheus.Desc) { ch <- d.about() }

// Collect counts anew; a figure that cannot be had is an error of the asking, not a zero.
func (d dead) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	n, err := d.count(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(d.about(), err)
		return
	}
	ch <- prometheus.MustNewConstMetric(d.about(), prometheus.GaugeValue, float64(n))
}

func (d dead) count(ctx context.Context) (all int64, err error) {
	unions, err := d.unions(ctx)
	if err != nil {
		return 0, err
	}
	for _, u := range unions {
		err := d.db.View(ctx, db.System(u), func(ctx context.Context, tx *db.Tx) error {
			n, err := job.Dead(ctx, tx)
			all += n
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return all, nil
}
