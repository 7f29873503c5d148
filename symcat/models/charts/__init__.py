"""Charts around classes: one real column that a class describes in another coordinate, such as its logarithm."""

from symcat.models.charts.family import Charts

FAMILY = Charts()
