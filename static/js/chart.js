// Draws every .chart from the JSON beside it; the same option is drawn on paper by the server.
(function () {
  "use strict";

  document.querySelectorAll("[data-chart]").forEach((figure) => {
    const option = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    // Rich text, because the other kind builds HTML with style attributes, which the page's policy forbids.
    option.tooltip = Object.assign({ trigger: "axis" }, option.tooltip, { renderMode: "richText", confine: true });
    option.animation = false;
    option.textStyle = Object.assign({ fontFamily: getComputedStyle(document.body).fontFamily }, option.textStyle);
    const chart = window.echarts.init(figure.querySelector(".chart-canvas"), null, { renderer: "svg" });
    chart.setOption(option);
    new ResizeObserver(() => chart.resize()).observe(figure);
  });
})();
