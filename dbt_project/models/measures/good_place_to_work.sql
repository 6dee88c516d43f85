{{ staff_survey('Good place to work') }}
