package io.monorelay.bench.yardstick;

import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/** Draws what a delivery costs each server. */
final class ComparisonChart {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 480;
    /** Where bars begin: an axis of powers has no zero. */
    private static final double LEAST_TIMES = 0.1;

    /** The limit grey, the relay red, the others apart from both. */
    private static final Color[] COLORS = {
        new Color(0x9a9a9a),
        new Color(0xd62728),
        new Color(0xe8c468),
        new Color(0x7fb069),
        new Color(0x4a90c2),
        new Color(0x1f4e79),
        new Color(0x9b72b0),
        new Color(0x8c6d5a),
        new Color(0x5fb8b0)
    };

    private final Lineup lineup;
    private final Runs runs;

    ComparisonChart(Lineup lineup, Runs runs) {
        // Nothing is shown on a screen, of which a server has none.
        System.setProperty("java.awt.headless", "true");
        this.lineup = lineup;
        this.runs = runs;
    }

    /**
     * The picture as a file.
     *
     * @param format png or svg
     */
    static byte[] encoded(Chart<?, ?> picture, String format) throws IOException {
        return ChartEncoder.getBytes(picture, format);
    }

    /** All servers beside each other in each workload, when there is one that they can be compared in. */
    Optional<Chart<?, ?>> byWorkload() {
        List<Workload> workloads = runs.workloads().stream()
                .filter(workload -> workload.publishes() && (workload == Workload.W1 || !isWindow(workload)))
                .filter(workload ->
                        runs.timesTheLimit(workload, Contender.LIMIT).isPresent())
                .toList();
        if (workloads.isEmpty()) {
            return Optional.empty();
        }
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Server CPU a delivery, × the limit: lower is better; only Monorelay verifies and stores")
                .build();
        style(chart.getStyler());
        chart.getStyler().setYAxisMin(LEAST_TIMES);
        List<String> names = workloads.stream().map(Workload::id).toList();
        for (Contender contender : lineup.ready()) {
            chart.addSeries(contender.title(), names, timesTheLimit(workloads, contender))
                    .setFillColor(COLORS[contender.ordinal()]);
        }
        return Optional.of(chart);
    }

    private static boolean isWindow(Workload workload) {
        return Workload.BY_WINDOW.containsValue(workload);
    }

    private List<Double> timesTheLimit(List<Workload> workloads, Contender contender) {
        // What was not measured is no bar.
        return workloads.stream()
                .map(workload -> runs.timesTheLimit(workload, contender).orElse(Double.NaN))
                .toList();
    }

    /** W1 over how many messages are outstanding, when that was tried. */
    Optional<Chart<?, ?>> byWindow() {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("W1: server CPU a delivery, µs: lower is better; only Monorelay verifies and stores")
                .xAxisTitle("messages outstanding")
                .build();
        style(chart.getStyler());
        chart.getStyler().setXAxisLogarithmic(true);
        boolean several = false;
        for (Contender contender : lineup.ready()) {
            List<Integer> windows = new ArrayList<>();
            List<Double> costs = new ArrayList<>();
            for (Map.Entry<Integer, Workload> entry : Workload.BY_WINDOW.entrySet()) {
                runs.figure(Figure.CPU, entry.getValue(), contender).ifPresent(cost -> {
                    windows.add(entry.getKey());
                    costs.add(cost.median());
                });
            }
            if (!windows.isEmpty()) {
                XYSeries line = chart.addSeries(contender.title(), windows, costs);
                line.setLineColor(COLORS[contender.ordinal()]);
                line.setMarkerColor(COLORS[contender.ordinal()]);
            }
            several |= windows.size() > 1;
        }
        return several ? Optional.of(chart) : Optional.empty();
    }

    private static void style(AxesChartStyler styler) {
        styler.setYAxisLogarithmic(true);
        styler.setLegendPosition(Styler.LegendPosition.OutsideE);
        styler.setChartBackgroundColor(Color.WHITE);
    }
}
