package io.monorelay.bench.soak;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws how a relay was over time. */
final class Charts {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 230;
    private static final int COLUMNS = 2;

    private final List<Sample> samples;

    Charts(List<Sample> samples) {
        this.samples = samples;
    }

    /** All of them as one picture. */
    byte[] png() throws IOException {
        // Nothing is shown on a screen, of which a server has none.
        System.setProperty("java.awt.headless", "true");
        List<XYChart> charts = List.of(
                chart(
                        "Messages a second",
                        List.of(line("published", sample -> sample.moment().published()))),
                chart(
                        "Deliveries a second",
                        List.of(line("delivered", sample -> sample.moment().delivered()))),
                chart(
                        "Latency of a delivery, ms",
                        List.of(
                                line("p50", sample -> sample.moment().p50Millis()),
                                line("p99", sample -> sample.moment().p99Millis()))),
                chart(
                        "Deliveries that have yet to come",
                        List.of(line("missing", sample -> sample.moment().missing()))),
                chart("Memory, MB", List.of(line(Measure.RESIDENT), line(Measure.HEAP), line(Measure.DIRECT))),
                chart("Descriptors and threads", List.of(line(Measure.DESCRIPTORS), line(Measure.THREADS))),
                chart(
                        "Cores that the relay used",
                        List.of(line("cores", sample -> sample.moment().serverCores()))),
                chart("Time of GET /, ms", List.of(line("answer", Sample::answerMillis))));
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        int rows = (charts.size() + COLUMNS - 1) / COLUMNS;
        BitmapEncoder.saveBitmap(charts, rows, COLUMNS, png, BitmapEncoder.BitmapFormat.PNG);
        return png.toByteArray();
    }

    private record Line(String name, ToDoubleFunction<Sample> value) {}

    private static Line line(String name, ToDoubleFunction<Sample> value) {
        return new Line(name, value);
    }

    private static Line line(Measure measure) {
        return new Line(measure.title(), measure::of);
    }

    private XYChart chart(String title, List<Line> lines) {
        XYChart chart =
                new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
        XYStyler styler = chart.getStyler();
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderColor(Color.LIGHT_GRAY);
        styler.setLegendPosition(Styler.LegendPosition.OutsideS);
        styler.setLegendLayout(Styler.LegendLayout.Horizontal);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendPadding(2);
        styler.setYAxisMin(0.0);
        styler.setLegendVisible(lines.size() > 1);
        lines.forEach(line -> add(chart, line));
        return chart;
    }

    /** Seconds without a value are left out, and so is a line without any. */
    private void add(XYChart chart, Line line) {
        List<Sample> known = samples.stream()
                .filter(sample -> Double.isFinite(line.value().applyAsDouble(sample)))
                .toList();
        if (!known.isEmpty()) {
            chart.addSeries(
                            line.name(),
                            known.stream()
                                    .mapToDouble(sample -> sample.moment().seconds())
                                    .toArray(),
                            known.stream().mapToDouble(line.value()).toArray())
                    .setMarker(SeriesMarkers.NONE);
        }
    }
}
