/* What JSON cannot carry into a chart: functions. Run in the page and, for SVG, on the server. */

(function (root) {
    "use strict";

    /* 1839.5 → "1.839,5"; the noise of binary fractions is cut off. */
    function vietnamese(value) {
        const [whole, decimals] = String(Number(Number(value).toPrecision(12))).split(".");
        const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ".");
        return decimals ? grouped + "," + decimals : grouped;
    }

    /* One line for each figure at the category; joints of dashed stretches say nothing. */
    function hint(found) {
        const lines = found
            .filter((item) => item.data && item.data.said)
            .map((item) => item.seriesName + ": " + item.data.said);
        return lines.length ? [found[0].name].concat(lines).join("\n") : "";
    }

    /* The option with its functions. Changes and returns it. */
    function complete(option) {
        for (const axis of [option.xAxis, option.yAxis]) {
            if (axis && axis.type === "value") {
                axis.axisLabel = Object.assign({}, axis.axisLabel, { formatter: vietnamese });
            }
        }
        if (option.tooltip) {
            option.tooltip.formatter = hint;
        }
        return option;
    }

    root.portalCharts = { complete: complete, vietnamese: vietnamese };
})(globalThis);
