// Turns the JSON option of a chart into what ECharts draws: names that begin with "@" become functions and colours.
// The same file runs in the browser and in goja, so it uses neither DOM nor timers.
(function (root) {
  'use strict';

  // Single quotes: the list ends up inside a double-quoted attribute of the SVG.
  var font = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Hiragino Sans GB','Microsoft YaHei'," +
    "'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";

  // Okabe and Ito's colours, told apart by readers with any of the common colour vision deficiencies.
  var colours = {
    light: {
      '@ink': '#1f2328', '@muted': '#6b7280', '@grid': '#e5e7eb', '@paper': '#ffffff',
      '@accent': '#0b5cad', '@band': '#cfe0f2', '@bar': '#7fb0dc', '@target': '#b34a00'
    },
    dark: {
      '@ink': '#e6e8eb', '@muted': '#9aa3ad', '@grid': '#343a42', '@paper': '#16191d',
      '@accent': '#6db3f2', '@band': '#213a54', '@bar': '#3f79b0', '@target': '#f2a25c'
    }
  };

  // "page" leaves the choice to the page that the picture stands in: its style names the colours, else they are light.
  colours.page = {};
  for (var name in colours.light) {
    colours.page[name] = 'var(--chart-' + name.slice(1) + ',' + colours.light[name] + ')';
  }

  // number writes at most two decimals, without trailing noughts, with thousands separators.
  function number(v) {
    var sign = v < 0 ? '-' : '', parts = String(Math.round(Math.abs(v) * 100) / 100).split('.');
    parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ',');
    return sign + parts.join('.');
  }

  // percent writes a fraction as a percentage with at most one decimal.
  function percent(v) { return number(Math.round(v * 1000) / 10) + '%'; }

  // tip shows the text that the marks under the pointer carry.
  function tip(params) {
    var list = Array.isArray(params) ? params : [params];
    for (var i = 0; i < list.length; i++) {
      if (list[i].data && list[i].data.tip) return list[i].data.tip;
    }
    return '';
  }

  // whisker draws the interval [low, high] of a datum [index, low, high] as a line with two caps.
  function whisker(at, cap, colour) {
    return function (params, api) {
      var a = at(api, api.value(0), api.value(1)), b = at(api, api.value(0), api.value(2));
      function line(x1, y1, x2, y2) {
        return { type: 'line', shape: { x1: x1, y1: y1, x2: x2, y2: y2 }, style: { stroke: colour, lineWidth: 1.2 } };
      }
      return {
        type: 'group', silent: true, children: [
          line(a[0], a[1], b[0], b[1]),
          line(a[0] - cap[0], a[1] - cap[1], a[0] + cap[0], a[1] + cap[1]),
          line(b[0] - cap[0], b[1] - cap[1], b[0] + cap[0], b[1] + cap[1])
        ]
      };
    };
  }

  // steps draws runs [first, last, target, target before] as dashed lines from edge to edge of their categories, joined
  // where the target changed, each with the name of its datum. at maps (category, value) to a point, along says which of
  // the two coordinates of a point the categories run along.
  function steps(data, at, along, palette) {
    return function (params, api) {
      var half = Math.abs(at(api, 1, 0)[along] - at(api, 0, 0)[along]) / 2;
      var v = api.value(2), from = at(api, api.value(0), v), to = at(api, api.value(1), v);
      from[along] -= half;
      to[along] += half;
      var points = [from, to], before = data[params.dataIndex].value[3];
      if (before !== null) {
        var corner = at(api, api.value(0), before);
        corner[along] -= half;
        points.unshift(corner);
      }
      var children = [{
        type: 'polyline', shape: { points: points },
        style: { stroke: palette['@target'], lineWidth: 1.5, lineDash: [6, 4], fill: 'none' }
      }];
      var name = data[params.dataIndex].name;
      if (name) {
        // Over the beginning of its run; that of the last, which may be short, ends with it.
        var last = params.dataIndex === data.length - 1, x = last ? to[0] - 4 : from[0] + 4, align = last ? 'right' : 'left';
        if (along) { // above the bars, within the picture
          var right = params.coordSys.x + params.coordSys.width;
          align = from[0] > right - 40 ? 'right' : 'center';
          x = align === 'right' ? right : from[0];
        }
        children.push({
          type: 'text', x: x, y: from[1] - 4,
          style: {
            text: name, fill: palette['@target'], stroke: palette['@paper'], lineWidth: 3, font: '12px ' + font,
            align: align, verticalAlign: 'bottom'
          }
        });
      }
      return { type: 'group', silent: true, children: children };
    };
  }

  function standing(api, i, v) { return api.coord([i, v]); }
  function lying(api, i, v) { return api.coord([v, i]); }

  function names(theme) {
    var palette = colours[theme];
    var all = {
      '@number': number, '@percent': percent, '@tip': tip,
      '@whisker': whisker(standing, [3, 0], palette['@ink']), '@whiskerLying': whisker(lying, [0, 3], palette['@ink'])
    };
    for (var k in palette) all[k] = palette[k];
    return all;
  }

  // These keys hold names; all others hold data, which may begin with "@" too.
  var named = {
    formatter: 1, renderItem: 1, color: 1, borderColor: 1, backgroundColor: 1
  };

  function replace(node, all) {
    if (node === null || typeof node !== 'object') return node;
    for (var k in node) {
      var v = node[k];
      if (typeof v === 'string') {
        if (named[k] && Object.prototype.hasOwnProperty.call(all, v)) node[k] = all[v];
      } else {
        replace(v, all);
      }
    }
    return node;
  }

  function styleAxis(axis, all) {
    var list = Array.isArray(axis) ? axis : [axis];
    list.forEach(function (a) {
      a.axisLabel = Object.assign({ color: all['@muted'], fontSize: 12 }, a.axisLabel);
      a.nameTextStyle = Object.assign({ color: all['@muted'], fontSize: 12 }, a.nameTextStyle);
      a.axisLine = { lineStyle: { color: all['@grid'] }, show: a.type === 'category' };
      a.splitLine = { show: a.type === 'value', lineStyle: { color: all['@grid'] } };
    });
  }

  // option returns what ECharts draws in a theme (light, dark or page); it changes and returns its argument.
  function option(o, theme) {
    var all = names(theme);
    (o.series || []).forEach(function (s) {
      if (s.renderItem === '@step') s.renderItem = steps(s.data, standing, 0, colours[theme]);
      if (s.renderItem === '@stepLying') s.renderItem = steps(s.data, lying, 1, colours[theme]);
    });
    replace(o, all);
    o.textStyle = { fontFamily: font, color: all['@ink'] };
    o.backgroundColor = 'transparent';
    var head = [].concat(o.yAxis)[0].name ? 34 : 16; // room for the name of the axis
    o.grid = Object.assign({ left: 8, right: 16, top: head, bottom: 8, containLabel: true }, o.grid);
    styleAxis(o.xAxis, all);
    styleAxis(o.yAxis, all);
    o.tooltip = Object.assign(o.tooltip || {}, {
      renderMode: 'richText', confine: true, backgroundColor: all['@paper'], borderColor: all['@muted'],
      textStyle: { color: all['@ink'], fontFamily: font, fontSize: 12 },
      axisPointer: { type: 'line', lineStyle: { color: all['@muted'] } }
    });
    (o.series || []).forEach(function (s) {
      if (s.stack) s.stackStrategy = 'all'; // an interval may reach below zero
      if (s.type === 'custom') s.z = 3; // above the bars
    });
    return o;
  }

  root.kamlensChart = { option: option, colours: colours, number: number, percent: percent };
})(typeof globalThis === 'undefined' ? this : globalThis);
