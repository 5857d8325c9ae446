package web

import (
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics returns the handler of /metrics, in the text format of Prometheus. The
// registry is this server's own.
func (s *Server) metrics() func(http.ResponseWriter, *http.Request) error {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		newFigures(s),
	)
	h := promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		ErrorLog:      slog.NewLogLogger(s.o.Log.Handler(), slog.LevelError),
		ErrorHandling: promhttp.ContinueOnError,
	})
	return func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
}

// figures tells Prometheus what the program knows, when it asks.
type figures struct {
	s *Server

	build, sources, documents, failing, success *prometheus.Desc
	reading, lag, ready                         *prometheus.Desc
	readings, requests, bytes                   *prometheus.Desc
}

var _ prometheus.Collector = (*figures)(nil)

func newFigures(s *Server) *figures {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("vigie_"+name, help, labels, nil)
	}
	return &figures{
		s:         s,
		build:     desc("build_info", "Always 1; the version is the label.", "version"),
		sources:   desc("sources", "Sources in the store."),
		documents: desc("documents", "Documents in the store."),
		failing:   desc("sources_failing", "Sources whose last try failed, paused ones left out."),
		success:   desc("last_success_timestamp_seconds", "When a source was last read with success; absent when never."),
		reading:   desc("sources_reading", "Sources being read at this moment."),
		lag:       desc("index_lag_changes", "Changes of the store that are not in the index yet."),
		ready:     desc("index_ready", "1 when searches are answered."),
		readings:  desc("readings_total", "Sources read since the start, by result.", "result"),
		requests:  desc("fetch_requests_total", "Requests sent to sources since the start."),
		bytes:     desc("fetch_bytes_total", "Bytes of bodies that sources sent since the start."),
	}
}

// Describe implements prometheus.Collector.
func (f *figures) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(f, ch) }

// Collect implements prometheus.Collector.
func (f *figures) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter := func(d *prometheus.Desc, v int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	gauge(f.build, 1, f.s.o.Version)
	o, err := f.s.overview.get(f.s.o.DB, f.s.o.Now().UTC())
	if err != nil {
		ch <- prometheus.NewInvalidMetric(f.sources, err)
	} else {
		gauge(f.sources, float64(o.counts.Sources))
		gauge(f.documents, float64(o.counts.Documents))
		gauge(f.failing, float64(len(o.failing)+o.moreFailing))
		if !o.lastSuccess.IsZero() {
			gauge(f.success, float64(o.lastSuccess.Unix()))
		}
	}
	gauge(f.reading, float64(len(call(f.s.o.Reading))))
	if f.s.o.Index != nil {
		state := f.s.o.Index()
		gauge(f.lag, float64(state.Lag))
		ready := 0.0
		if state.Ready {
			ready = 1
		}
		gauge(f.ready, ready)
	}
	if f.s.o.Totals != nil {
		t := f.s.o.Totals()
		counter(f.readings, t.Readings-t.Failed, "ok")
		counter(f.readings, t.Failed, "failed")
		counter(f.requests, t.Requests)
		counter(f.bytes, t.FetchBytes)
	}
}
