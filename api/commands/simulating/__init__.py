"""The parts of `yingda simulate`."""
