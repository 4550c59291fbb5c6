from api.launcher.restart import Restart, RestartPolicy


def test_the_first_death_is_answered_at_once_and_the_next_ones_ever_later():
    policy = RestartPolicy()

    pauses = [policy.died(now).pause for now in (0.0, 1.0, 2.0, 3.0)]

    assert pauses == [0.25, 0.5, 1.0, 2.0]


def test_five_deaths_in_a_minute_are_a_loop():
    policy = RestartPolicy()
    for now in (0.0, 10.0, 20.0, 30.0):
        policy.died(now)

    assert policy.died(40.0) == Restart(60.0, looping=True)


def test_a_loop_is_announced_once_while_it_lasts():
    policy = RestartPolicy()
    for now in (0.0, 1.0, 2.0, 3.0):
        policy.died(now)

    assert policy.died(4.0) == Restart(60.0, looping=True)
    assert policy.died(5.0) == Restart(60.0)
    assert policy.died(66.0) == Restart(60.0)  # tried once a minute, it still dies: nothing new to say


def test_who_lived_five_minutes_after_a_loop_has_a_clean_record():
    policy = RestartPolicy()
    for now in (0.0, 1.0, 2.0, 3.0, 4.0):
        policy.died(now)

    assert policy.died(364.0) == Restart(0.25)


def test_a_death_long_after_the_others_is_a_first_one_again():
    policy = RestartPolicy()
    for now in (0.0, 1.0, 2.0):
        policy.died(now)

    assert policy.died(100.0) == Restart(0.25)
