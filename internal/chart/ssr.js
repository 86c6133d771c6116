// Draws charts to SVG text inside goja. ECharts asks for timers; a still picture needs none.
var setTimeout = function () { return 0; };
var clearTimeout = function () {};

function kamlensSVG(json, width, height, theme) {
  var option = kamlensChart.option(JSON.parse(json), theme);
  option.animation = false;
  option.tooltip = { show: false };
  option.series.forEach(function (s) { s.silent = true; s.emphasis = { disabled: true }; });
  var chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: width, height: height });
  chart.setOption(option);
  var svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
