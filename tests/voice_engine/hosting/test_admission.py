from voice_engine.hosting.admission import Admission


def observed(*lates: float) -> Admission:
    admission = Admission()
    for late in lates:
        admission.observe(late)
    return admission


def test_a_wheel_on_time_admits_calls():
    assert not observed(*[0.003] * 500).overloaded


def test_one_long_stall_is_forgiven():
    assert not observed(*[0.0] * 100, 0.1, *[0.0] * 100).overloaded


def test_a_wheel_that_is_late_every_fifth_time_admits_nobody():
    assert observed(*[0.0, 0.0, 0.0, 0.0, 0.03] * 100).overloaded


def test_it_opens_again_only_when_the_lateness_is_gone():
    late = [0.0, 0.0, 0.0, 0.0, 0.03] * 100

    assert observed(*late, *[0.0] * 50).overloaded
    assert not observed(*late, *[0.0] * 400).overloaded
