// Draws the charts of a page. The options lie in the page as JSON; chart.js turns names into functions and colours.
(function () {
  'use strict';

  var plots = document.querySelectorAll('[data-chart]');
  var dark = window.matchMedia('(prefers-color-scheme: dark)');

  function draw(plot, asDark) {
    var json = document.getElementById(plot.dataset.chart).textContent;
    var chart = echarts.getInstanceByDom(plot) || echarts.init(plot, null, { renderer: 'canvas' });
    chart.setOption(kamlensChart.option(JSON.parse(json), asDark ? 'dark' : 'light'), true);
    chart.resize();
  }

  function drawAll(asDark) {
    plots.forEach(function (plot) { draw(plot, asDark); });
    document.documentElement.dataset.charts = String(plots.length);
  }

  // Without the scripts the numbers are still there: the tables open.
  function openTables() {
    plots.forEach(function (plot) {
      plot.hidden = true;
      plot.parentNode.querySelector('details').open = true;
    });
  }

  if (typeof echarts === 'undefined' || typeof kamlensChart === 'undefined') {
    openTables();
    return;
  }
  drawAll(dark.matches);
  dark.addEventListener('change', function (e) { drawAll(e.matches); });
  new ResizeObserver(function () {
    plots.forEach(function (plot) { echarts.getInstanceByDom(plot).resize(); });
  }).observe(document.getElementById('main'));
  window.addEventListener('beforeprint', function () { drawAll(false); });
  window.addEventListener('afterprint', function () { drawAll(dark.matches); });
})();
